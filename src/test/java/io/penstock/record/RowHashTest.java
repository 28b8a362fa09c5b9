/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import static io.penstock.record.KeyTest.bson;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RowHashTest {
    private static final Namespace NS = new Namespace("geo", "cities");

    @Test
    void isSha256OverTheThreePartsEachBehindItsLength() throws Exception {
        byte[] document = bson("{_id: 1, name: 'Ulm'}");
        byte[] name = "geo.cities".getBytes(StandardCharsets.UTF_8);
        byte[] key = Key.of(document).bytes();
        ByteBuffer parts = ByteBuffer.allocate(12 + name.length + key.length + document.length);
        parts.putInt(name.length)
                .put(name)
                .putInt(key.length)
                .put(key)
                .putInt(document.length)
                .put(document);
        assertThat(RowHash.of(NS, Key.of(document), document))
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(parts.array()));
    }

    @Test
    void goldenVector() {
        byte[] document = bson("{_id: 1, name: 'Ulm'}");
        assertThat(HexFormat.of().formatHex(RowHash.of(NS, Key.of(document), document)))
                .isEqualTo("eef00224d04ccfd6ffcf701514c45610f51ca402f631c417b6e5e02737b00e9f");
    }

    @Test
    void whatIsStoredCountsNotTheCanonicalForm() {
        byte[] asInt = bson("{_id: 1}");
        byte[] asDouble = bson("{_id: 1.0}");
        assertThat(Key.of(asInt)).isEqualTo(Key.of(asDouble));
        assertThat(RowHash.of(NS, Key.of(asInt), asInt)).isNotEqualTo(RowHash.of(NS, Key.of(asDouble), asDouble));
    }
}
