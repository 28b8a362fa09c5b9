/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Makes a name that Kafka takes out of any name. A legal name stays as it is. In any other, each character that Kafka refuses becomes
 * {@code -}, the whole is cut to 236 characters, and {@code -} and the first 12 hex digits of the SHA-256 of the name as it was are
 * appended: two names that differ only in what was replaced or cut still get two topics, and every run finds the same one.
 *
 * <p>Source of what is legal: {@code org.apache.kafka.common.internals.Topic}, at most 249 of {@code a-zA-Z0-9._-}, not {@code .} or
 * {@code ..}. Kafka's own topics are never taken either.
 */
final class TopicNames {
    private static final int LONGEST = 249;
    private static final int HASH_DIGITS = 12;
    private static final Pattern REFUSED = Pattern.compile("[^a-zA-Z0-9._-]");
    private static final Set<String> RESERVED =
            Set.of(".", "..", "__consumer_offsets", "__transaction_state", "__share_group_state", "__cluster_metadata");

    private TopicNames() {}

    /** The topic for a name; the name itself when Kafka takes it. */
    static String legal(String name) {
        boolean takes = !name.isEmpty()
                && name.length() <= LONGEST
                && !RESERVED.contains(name)
                && !REFUSED.matcher(name).find();
        if (takes) {
            return name;
        }
        String readable = REFUSED.matcher(name).replaceAll("-");
        int room = LONGEST - HASH_DIGITS - 1;
        String hash = Sha256.hex(name.getBytes(StandardCharsets.UTF_8), HASH_DIGITS);
        return readable.substring(0, Math.min(room, readable.length())) + "-" + hash;
    }
}
