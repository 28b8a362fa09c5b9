/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.record.CanonicalJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a sink that knows where its changes lie only once they are acknowledged says of a sealed window, as it was read, and found to be what
 * was written.
 *
 * @param manifestHash of the manifest whose window it is about
 * @param rows how many changes the target has
 * @param deadLettered the others: changes that the target refused for themselves; empty before format 2
 * @param publicKey of the signature, X.509 in base64; null when it is not signed
 */
public record Receipt(
        int generation,
        String namespace,
        long window,
        String manifestHash,
        String sink,
        long rows,
        List<Range> ranges,
        List<DeadLettered> deadLettered,
        String publicKey) {

    /** Where changes lie; {@code transactionalId} is null where several transactions are not told apart. */
    public record Range(String topic, int partition, long first, long last, long rows, String transactionalId) {}

    /**
     * A change that was set aside.
     *
     * @param version its text
     * @param rowHash null for a delete
     * @param previousRowHash of what was exported of the document before; null when nothing was
     */
    public record DeadLettered(String key, String version, int revision, String rowHash, String previousRowHash) {}

    /** How many changes of the window the sink was given. */
    public long changes() {
        return rows + deadLettered.size();
    }

    /**
     * Reads a receipt.
     *
     * @throws IOException saying what is wrong with it
     */
    public static Receipt read(byte[] json) throws IOException {
        try {
            JsonNode node = CanonicalJson.MAPPER.readTree(json);
            if (node.path("format").asInt() > ReceiptText.FORMAT) {
                throw new IOException(
                        "has format " + node.path("format").asInt() + ", of a later release of Penstock; use that");
            }
            if (!Arrays.equals(json, CanonicalJson.bytes(node))) {
                throw new IOException("is not as it was written: it was changed, or formatted");
            }
            ObjectNode hashed = node.deepCopy();
            hashed.remove(List.of("receiptHash", "signature"));
            String hash = node.required("receiptHash").textValue();
            if (!CanonicalJson.hash(hashed).equals(hash)) {
                throw new IOException("was changed: it does not have the hash that it names");
            }
            JsonNode signature = node.path("signature");
            if (!signature.isMissingNode() && !Signer.verifies(signature, hash)) {
                throw new IOException("was changed: its signature is not by the key that it names");
            }
            return of(node, signature.path("publicKey").textValue());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IOException("is no JSON: it was changed, or ends early", e);
        } catch (RuntimeException e) {
            throw new IOException("a field is missing or of another type: it was changed", e);
        }
    }

    private static Receipt of(JsonNode node, String publicKey) {
        List<Range> ranges = new ArrayList<>();
        node.required("deliveries")
                .forEach(range -> ranges.add(new Range(
                        range.required("topic").textValue(),
                        range.required("partition").asInt(),
                        range.required("first").asLong(),
                        range.required("last").asLong(),
                        range.required("rows").asLong(),
                        range.path("transactionalId").textValue())));
        List<DeadLettered> deadLettered = new ArrayList<>();
        node.path("deadLettered")
                .forEach(change -> deadLettered.add(new DeadLettered(
                        change.required("key").textValue(),
                        change.required("version").textValue(),
                        change.required("revision").asInt(),
                        change.path("rowHash").textValue(),
                        change.path("previousRowHash").textValue())));
        return new Receipt(
                node.required("generation").asInt(),
                node.required("namespace").textValue(),
                node.required("window").asLong(),
                node.required("manifestHash").textValue(),
                node.required("sink").textValue(),
                node.required("rows").asLong(),
                List.copyOf(ranges),
                List.copyOf(deadLettered),
                publicKey);
    }
}
