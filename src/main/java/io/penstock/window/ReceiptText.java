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
import io.penstock.record.Delivery.Placed;
import io.penstock.record.Delivery.Refused;
import java.util.Comparator;
import java.util.List;

/**
 * The JSON form of a receipt, described in {@code docs/formats.md}: format 1 where nothing was set aside, 2 where something was. {@code receiptHash} is that of all
 * but itself and the signature.
 */
final class ReceiptText {
    /** The greatest that is read. */
    static final int FORMAT = 2;

    private static final int WITHOUT_DEAD_LETTERS = 1;
    private static final Comparator<Placed> ORDER =
            Comparator.comparing(Placed::topic).thenComparing(Placed::partition).thenComparing(Placed::first);
    private static final Comparator<Refused> BY_VERSION = Comparator.comparing(Refused::version)
            .thenComparing(Refused::revision)
            .thenComparing(Refused::key);

    private ReceiptText() {}

    /**
     * Writes a receipt.
     *
     * @param manifest whose files' changes these are
     * @param signer null for no signature
     */
    static byte[] write(Manifest manifest, String sink, List<Delivery> deliveries, Signer signer) {
        List<Placed> placed = only(Placed.class, deliveries);
        List<Refused> refused = only(Refused.class, deliveries);
        ObjectNode receipt = JsonNodeFactory.instance.objectNode();
        receipt.put("format", refused.isEmpty() ? WITHOUT_DEAD_LETTERS : FORMAT);
        receipt.put("generation", manifest.generation());
        receipt.put("namespace", manifest.namespace());
        receipt.put("window", manifest.window());
        receipt.put("manifestHash", manifest.manifestHash());
        receipt.put("sink", sink);
        receipt.put("rows", placed.stream().mapToLong(Placed::rows).sum());
        ArrayNode list = receipt.putArray("deliveries");
        placed.stream().sorted(ORDER).forEach(delivery -> add(delivery, list.addObject()));
        if (!refused.isEmpty()) {
            ArrayNode letters = receipt.putArray("deadLettered");
            refused.stream().sorted(BY_VERSION).forEach(change -> add(change, letters.addObject()));
        }
        String receiptHash = CanonicalJson.hash(receipt);
        receipt.put("receiptHash", receiptHash);
        if (signer != null) {
            receipt.set("signature", signer.sign(receiptHash));
        }
        return CanonicalJson.bytes(receipt);
    }

    private static <T extends Delivery> List<T> only(Class<T> kind, List<Delivery> deliveries) {
        return deliveries.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static void add(Placed delivery, ObjectNode node) {
        node.put("topic", delivery.topic())
                .put("partition", delivery.partition())
                .put("first", delivery.first())
                .put("last", delivery.last())
                .put("rows", delivery.rows());
        if (delivery.transactionalId() != null) {
            node.put("transactionalId", delivery.transactionalId());
        }
    }

    /** What manifests and receipts say of a change that was set aside. */
    static void add(Refused change, ObjectNode node) {
        node.put("key", change.key()).put("version", change.version().text()).put("revision", change.revision());
        if (change.rowHash() != null) {
            node.put("rowHash", change.rowHash());
        }
        if (change.previousRowHash() != null) {
            node.put("previousRowHash", change.previousRowHash());
        }
    }
}
