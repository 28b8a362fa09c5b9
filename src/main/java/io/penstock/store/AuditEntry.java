/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.record.CanonicalJson;
import java.util.Optional;
import java.util.UUID;

/**
 * One entry of a job's audit log. Each names the hash of the one before, so that none can be changed, left out, put in or moved without
 * a trace ({@link AuditChain}).
 *
 * <p>The hash is SHA-256 over the RFC 8785 form of a JSON object with the fields {@code format} (1), {@code job}, {@code seq}, {@code
 * id}, {@code at}, {@code by}, {@code action}, {@code details} and {@code previous} (null in the first entry).
 *
 * @param job its name
 * @param seq 1 for the first entry of a job, growing by one
 * @param id tells apart entries that are alike; whoever does not know whether its entry was written finds out by it
 * @param at when, ISO 8601 in UTC, by the clock of whoever did it: it need not grow
 * @param by who: user, host and process
 * @param previous the hash of the entry before; empty in the first
 * @param hash 64 lower-case hex digits
 */
public record AuditEntry(
        String job,
        long seq,
        String id,
        String at,
        String by,
        AuditEvent event,
        Optional<String> previous,
        String hash) {
    /** Of the object that is hashed. */
    public static final int FORMAT = 1;

    /** The entry that follows the last one. */
    public static AuditEntry after(Optional<AuditEntry> last, String job, Author author, AuditEvent event) {
        return new AuditEntry(
                        job,
                        last.map(AuditEntry::seq).orElse(0L) + 1,
                        UUID.randomUUID().toString(),
                        author.at(),
                        author.by(),
                        event,
                        last.map(AuditEntry::hash),
                        "")
                .hashed();
    }

    AuditEntry hashed() {
        return new AuditEntry(job, seq, id, at, by, event, previous, computedHash());
    }

    /** Whether it holds what it was written with. */
    boolean isWhole() {
        return hash.equals(computedHash());
    }

    private String computedHash() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("format", FORMAT);
        json.put("job", job);
        json.put("seq", seq);
        json.put("id", id);
        json.put("at", at);
        json.put("by", by);
        json.put("action", event.action());
        ObjectNode details = json.putObject("details");
        event.details().forEach(details::put);
        json.put("previous", previous.orElse(null));
        return CanonicalJson.hash(json);
    }
}
