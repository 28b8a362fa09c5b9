/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.HexFormat;
import org.erdtman.jcs.JsonCanonicalizer;

/** JSON in the one form of RFC 8785, so that its bytes can be hashed and signed, and checked by any other program. */
public final class CanonicalJson {
    /** Reads what is to have one form: no field twice, nothing behind it. */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private CanonicalJson() {}

    /** The canonical bytes. Integers beyond 2^53 have none: RFC 8785 takes numbers for doubles. */
    public static byte[] bytes(JsonNode node) {
        try {
            return new JsonCanonicalizer(MAPPER.writeValueAsString(node)).getEncodedUTF8();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always written", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("has no canonical form: " + e.getMessage(), e);
        }
    }

    /** SHA-256 of the canonical bytes, in lower-case hex digits. */
    public static String hash(JsonNode node) {
        return HexFormat.of().formatHex(Sha256.digest().digest(bytes(node)));
    }
}
