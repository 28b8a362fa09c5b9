/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.record.Namespace;
import io.penstock.store.MetadataEntry.SinkReceipt;
import java.io.IOException;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/** A receipt as a document of {@code receipts}. */
final class ReceiptDocument {
    private ReceiptDocument() {}

    static BsonDocument of(SinkReceipt receipt, EntryDocument.Writer writer) throws IOException {
        JsonNode node = EntryDocument.parse(receipt.json());
        BsonDocument place = EntryDocument.place(writer.options().job(), receipt.generation())
                .append(
                        EntryDocument.NAMESPACE,
                        new BsonString(receipt.namespace().toString()))
                .append(EntryDocument.WINDOW, new BsonInt64(receipt.window()))
                .append(EntryDocument.SINK, new BsonString(receipt.sink()));
        BsonDocument fields = new BsonDocument("manifestHash", EntryDocument.text(node.path("manifestHash")))
                .append("receiptHash", EntryDocument.text(node.path("receiptHash")))
                .append("rows", new BsonInt64(node.path("rows").asLong()));
        return EntryDocument.of(place, fields, receipt.json(), writer);
    }

    static SinkReceipt read(BsonDocument document) {
        return new SinkReceipt(
                EntryDocument.generation(document),
                Namespace.parse(EntryDocument.string(document, EntryDocument.NAMESPACE)),
                EntryDocument.window(document),
                EntryDocument.string(document, EntryDocument.SINK),
                EntryDocument.json(document));
    }

    static String describe(BsonDocument document) {
        return "the receipt of sink " + EntryDocument.string(document, EntryDocument.SINK) + " for "
                + ManifestDocument.describe(document);
    }
}
