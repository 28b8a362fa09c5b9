/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.security.sasl.SaslException;

/**
 * The server's side of one SCRAM-SHA-256 exchange (RFC 5802, RFC 7677) without channel binding: {@link #first} answers the
 * client's first message, {@link #last} its proof. Not for use by several threads.
 */
final class ScramConversation {
    private static final String NO_CHANNEL_BINDING = "n,,";
    private static final Base64.Encoder BASE64 = Base64.getEncoder();

    private final Function<String, ScramCredentials> users;
    private final Supplier<String> nonces;

    private String user;
    private ScramCredentials credentials;
    private String nonce;
    private String exchanged;

    /**
     * @param users the credentials of a user's name, or null
     * @param nonces printable text without commas, new each time
     */
    ScramConversation(Function<String, ScramCredentials> users, Supplier<String> nonces) {
        this.users = users;
        this.nonces = nonces;
    }

    /** Who the client says it is; proven only after {@link #last}. */
    String user() {
        return user;
    }

    /**
     * The server's first message.
     *
     * @throws SaslException when the message is malformed or nobody has that name
     */
    byte[] first(byte[] clientFirst) throws SaslException {
        String message = text(clientFirst);
        if (!message.startsWith(NO_CHANNEL_BINDING)) {
            throw new SaslException("channel binding is not supported");
        }
        String bare = message.substring(NO_CHANNEL_BINDING.length());
        Map<Character, String> attributes = attributes(bare);
        user = required(attributes, 'n').replace("=2C", ",").replace("=3D", "=");
        credentials = users.apply(user);
        if (credentials == null) {
            throw new SaslException("unknown user");
        }
        nonce = required(attributes, 'r') + nonces.get();
        String answer =
                "r=" + nonce + ",s=" + BASE64.encodeToString(credentials.salt()) + ",i=" + credentials.iterations();
        exchanged = bare + "," + answer;
        return bytes(answer);
    }

    /**
     * The server's last message, with its own proof.
     *
     * @throws SaslException when the client's proof is wrong or there was no first message
     */
    byte[] last(byte[] clientFinal) throws SaslException {
        if (exchanged == null) {
            throw new SaslException("a conversation begins with its first message");
        }
        String message = text(clientFinal);
        int proofAt = message.lastIndexOf(",p=");
        Map<Character, String> attributes = attributes(message);
        String channel = BASE64.encodeToString(bytes(NO_CHANNEL_BINDING));
        if (proofAt < 0 || !nonce.equals(attributes.get('r')) || !channel.equals(attributes.get('c'))) {
            throw new SaslException("not the answer to this conversation's challenge");
        }
        String signed = exchanged + "," + message.substring(0, proofAt);
        exchanged = null;
        byte[] clientKey = decoded(required(attributes, 'p'));
        byte[] signature = ScramCredentials.hmac(credentials.storedKey(), signed);
        for (int i = 0; i < Math.min(clientKey.length, signature.length); i++) {
            clientKey[i] = (byte) (clientKey[i] ^ signature[i]);
        }
        if (!MessageDigest.isEqual(ScramCredentials.sha256(clientKey), credentials.storedKey())) {
            throw new SaslException("the proof is wrong");
        }
        return bytes("v=" + BASE64.encodeToString(ScramCredentials.hmac(credentials.serverKey(), signed)));
    }

    private static Map<Character, String> attributes(String message) {
        Map<Character, String> attributes = new HashMap<>();
        for (String part : message.split(",")) {
            if (part.length() >= 2 && part.charAt(1) == '=') {
                attributes.put(part.charAt(0), part.substring(2));
            }
        }
        return attributes;
    }

    private static String required(Map<Character, String> attributes, char name) throws SaslException {
        String value = attributes.get(name);
        if (value == null) {
            throw new SaslException("a message lacks its attribute " + name);
        }
        return value;
    }

    private static byte[] decoded(String base64) throws SaslException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException malformed) {
            throw new SaslException("the proof is no base64", malformed);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
