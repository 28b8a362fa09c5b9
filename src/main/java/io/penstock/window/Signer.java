/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * Ed25519 signatures of manifest hashes: of the 64 hex digits as ASCII. The same key and hash always give the same signature, so nothing of
 * chance is in a manifest.
 */
public final class Signer {
    private static final String ALGORITHM = "Ed25519";

    private final PrivateKey key;
    private final String publicKey;

    private Signer(PrivateKey key, PublicKey publicKey) {
        this.key = key;
        this.publicKey = Base64.getEncoder().encodeToString(publicKey.getEncoded());
    }

    /**
     * Of a private key as {@code openssl genpkey -algorithm ed25519} writes it: PKCS #8 in PEM.
     *
     * @throws IllegalArgumentException when it is none; does not say what it holds
     */
    static Signer of(String pem) {
        String base64 = withoutArmour(pem);
        try {
            KeyFactory factory = KeyFactory.getInstance(ALGORITHM);
            PrivateKey key = factory.generatePrivate(
                    new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
            return new Signer(key, publicKeyOf((EdECPrivateKey) key));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // Without its cause, whose message may quote the key.
            throw new IllegalArgumentException("not an Ed25519 private key in PEM (PKCS #8), as"
                    + " 'openssl genpkey -algorithm ed25519' writes it");
        }
    }

    /**
     * A public key as {@code openssl pkey -pubout} writes it, X.509 in PEM, in the form in which manifests name it.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static String publicKey(String pem) {
        try {
            byte[] encoded = Base64.getDecoder().decode(withoutArmour(pem));
            KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
            return Base64.getEncoder().encodeToString(encoded);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "not an Ed25519 public key in PEM, as 'openssl pkey -pubout' writes it", e);
        }
    }

    private static String withoutArmour(String pem) {
        return pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    }

    /** The JDK derives a public key only while generating a pair, from the "random" bytes that are the private key. */
    private static PublicKey publicKeyOf(EdECPrivateKey key) throws GeneralSecurityException {
        byte[] seed = key.getBytes().orElseThrow(() -> new GeneralSecurityException("no key in it"));
        java.security.KeyPairGenerator generator = java.security.KeyPairGenerator.getInstance(ALGORITHM);
        generator.initialize(NamedParameterSpec.ED25519, new SecureRandom() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
                System.arraycopy(seed, 0, bytes, 0, seed.length);
            }
        });
        return generator.generateKeyPair().getPublic();
    }

    /** The signature of a manifest's hash, with the algorithm and the public key (X.509, base64). */
    ObjectNode sign(String manifestHash) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(manifestHash.getBytes(StandardCharsets.US_ASCII));
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("algorithm", ALGORITHM)
                    .put("publicKey", publicKey)
                    .put("value", Base64.getEncoder().encodeToString(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform from 15 on has " + ALGORITHM, e);
        }
    }

    /** Whether a signature is of this hash by the key that it names. */
    static boolean verifies(JsonNode signature, String manifestHash) {
        try {
            if (!ALGORITHM.equals(signature.path("algorithm").asText())) {
                return false;
            }
            byte[] encoded =
                    Base64.getDecoder().decode(signature.path("publicKey").asText());
            Signature check = Signature.getInstance(ALGORITHM);
            check.initVerify(KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded)));
            check.update(manifestHash.getBytes(StandardCharsets.US_ASCII));
            return check.verify(
                    Base64.getDecoder().decode(signature.path("value").asText()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }
}
