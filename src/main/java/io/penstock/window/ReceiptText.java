/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.record.CanonicalJson;
import io.penstock.record.Delivery;
import java.util.Comparator;
import java.util.List;

/** The JSON form of a receipt, format 1, described in {@code docs/formats.md}. {@code receiptHash} is that of all but itself and the signature. */
final class ReceiptText {
    static final int FORMAT = 1;
    private static final Comparator<Delivery> ORDER = Comparator.comparing(Delivery::topic)
            .thenComparing(Delivery::partition)
            .thenComparing(Delivery::first);

    private ReceiptText() {}

    /**
     * Writes a receipt.
     *
     * @param manifest whose files' changes these are
     * @param signer null for no signature
     */
    static byte[] write(Manifest manifest, String sink, List<Delivery> deliveries, Signer signer) {
        ObjectNode receipt = JsonNodeFactory.instance.objectNode();
        receipt.put("format", FORMAT);
        receipt.put("generation", manifest.generation());
        receipt.put("namespace", manifest.namespace());
        receipt.put("window", manifest.window());
        receipt.put("manifestHash", manifest.manifestHash());
        receipt.put("sink", sink);
        receipt.put("rows", deliveries.stream().mapToLong(Delivery::rows).sum());
        ArrayNode list = receipt.putArray("deliveries");
        deliveries.stream().sorted(ORDER).forEach(delivery -> {
            ObjectNode node = list.addObject()
                    .put("topic", delivery.topic())
                    .put("partition", delivery.partition())
                    .put("first", delivery.first())
                    .put("last", delivery.last())
                    .put("rows", delivery.rows());
            if (delivery.transactionalId() != null) {
                node.put("transactionalId", delivery.transactionalId());
            }
        });
        String receiptHash = CanonicalJson.hash(receipt);
        receipt.put("receiptHash", receiptHash);
        if (signer != null) {
            receipt.set("signature", signer.sign(receiptHash));
        }
        return CanonicalJson.bytes(receipt);
    }
}
