/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.letters;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.store.LetterEntry;
import java.io.IOException;

/** What is known of a letter as one line of JSON. A field that is changed makes a new format; fields may be added. */
final class LetterText {
    private static final int FORMAT = 1;
    private static final String PIECES = "pieces";
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private LetterText() {}

    /**
     * Writes it.
     *
     * @param job its name
     * @param pieces in which its change is kept
     */
    static byte[] write(String job, LetterEntry entry, int pieces) throws IOException {
        ObjectNode text = JSON.createObjectNode().put("format", FORMAT).put("job", job);
        text.setAll((ObjectNode) JSON.valueToTree(entry));
        return JSON.writeValueAsBytes(text.put(PIECES, pieces));
    }

    /** In how many pieces the change is kept, of a text that can be read. */
    static int pieces(byte[] text) throws IOException {
        return JSON.readTree(text).path(PIECES).asInt();
    }

    /**
     * Reads it.
     *
     * @param place where it was found, for messages
     * @throws IOException when it makes no sense
     */
    static LetterEntry read(byte[] text, String place) throws IOException {
        try {
            JsonNode node = JSON.readTree(text);
            if (node.path("format").asInt() != FORMAT) {
                throw new IOException("is of format " + node.path("format") + ", this program reads " + FORMAT);
            }
            return JSON.treeToValue(node, LetterEntry.class);
        } catch (IOException e) {
            throw new IOException("the dead letter " + place + " cannot be read: " + e.getMessage(), e);
        }
    }
}
