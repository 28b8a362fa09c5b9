/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a server keeps of a password for SCRAM-SHA-256 (RFC 7677): enough to check a client's proof, not to be the client.
 *
 * @param salt random bytes
 * @param iterations rounds of PBKDF2
 * @param storedKey the hash of the client key
 * @param serverKey the key that the server proves itself with
 */
record ScramCredentials(byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
    /** MongoDB's default number of rounds. */
    private static final int DEFAULT_ITERATIONS = 15_000;

    private static final int SALT_BYTES = 28;
    private static final int KEY_BITS = 256;

    /** Credentials for a password, with fresh salt. */
    static ScramCredentials of(char[] password) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return of(password, salt, DEFAULT_ITERATIONS);
    }

    static ScramCredentials of(char[] password, byte[] salt, int iterations) {
        // SASLprep's normal form; the characters that it forbids are left to the client.
        char[] prepared =
                Normalizer.normalize(new String(password), Normalizer.Form.NFKC).toCharArray();
        try {
            byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(prepared, salt, iterations, KEY_BITS))
                    .getEncoded();
            return new ScramCredentials(
                    salt, iterations, sha256(hmac(salted, "Client Key")), hmac(salted, "Server Key"));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("the JDK lacks PBKDF2 with SHA-256", missing);
        }
    }

    static byte[] hmac(byte[] key, String message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
            return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("the JDK lacks HMAC with SHA-256", missing);
        }
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("the JDK lacks SHA-256", missing);
        }
    }

    /** Says nothing of what it holds. */
    @Override
    public String toString() {
        return "ScramCredentials";
    }
}
