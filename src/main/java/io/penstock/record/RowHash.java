/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * The fingerprint of one exported row: SHA-256 over the namespace, the key and the exported document's BSON, each preceded by its
 * length in four bytes, big endian, so that no two different rows are hashed alike by where one part ends.
 */
public final class RowHash {
    private RowHash() {}

    /** 32 bytes. */
    public static byte[] of(Namespace namespace, Key key, byte[] document) {
        MessageDigest digest = Sha256.digest();
        Sha256.part(digest, namespace.toString().getBytes(StandardCharsets.UTF_8));
        Sha256.part(digest, key.bytes());
        Sha256.part(digest, document);
        return digest.digest();
    }
}
