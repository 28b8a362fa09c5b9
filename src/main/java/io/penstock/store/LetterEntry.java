/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import io.penstock.record.ChangeRecord;
import io.penstock.record.DeadLetter;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import org.bson.RawBsonDocument;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/**
 * What is known of a dead letter without the change itself.
 *
 * @param id {@link DeadLetter#id()}
 * @param ns {@code database.collection}
 * @param key the document's key as stored, in canonical Extended JSON, cut when it is very long
 * @param op {@code r}, {@code c}, {@code u} or {@code d}
 * @param version version text
 * @param ts the version's cluster time, ISO 8601
 * @param message the target's words, cut when they are very long
 * @param attempts how often the target has refused it
 * @param shape 16 hex digits; null for a delete
 * @param rowHash 64 hex digits; null for a delete
 * @param documentBytes the length of the document's BSON; 0 for a delete
 * @param refused when the target refused it last, ISO 8601, by the clock of the place where it is kept, else of who wrote it
 * @param changed when its state last changed, likewise
 */
public record LetterEntry(
        String id,
        String sink,
        String ns,
        String key,
        String op,
        String version,
        int revision,
        String ts,
        DeadLetter.Reason reason,
        String code,
        String message,
        int attempts,
        LetterState state,
        int epoch,
        long window,
        String shape,
        String exportVersion,
        String rowHash,
        long documentBytes,
        String refused,
        String changed) {
    /** The oldest version first; versions of a document never swap places. */
    public static final Comparator<LetterEntry> OLDEST_FIRST =
            Comparator.comparing(LetterEntry::version).thenComparing(LetterEntry::id);

    private static final int LONGEST_KEY = 1_000;
    private static final int LONGEST_MESSAGE = 10_000;
    private static final JsonWriterSettings CANONICAL =
            JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

    /** Of a letter that was refused at a time. */
    public static LetterEntry of(DeadLetter letter, String time) {
        ChangeRecord change = letter.change();
        HexFormat hex = HexFormat.of();
        byte[] document = change.document();
        return new LetterEntry(
                letter.id(),
                letter.sink(),
                change.namespace().toString(),
                cut(json(change), LONGEST_KEY),
                String.valueOf(change.op().code()),
                change.version().text(),
                change.revision(),
                Instant.ofEpochMilli(change.version().timestamp()).toString(),
                letter.reason(),
                letter.code(),
                cut(letter.message(), LONGEST_MESSAGE),
                letter.attempts(),
                LetterState.OPEN,
                change.epoch(),
                change.window(),
                document == null ? null : hex.toHexDigits(change.shape()),
                change.exportVersion(),
                change.rowHash() == null ? null : hex.formatHex(change.rowHash()),
                document == null ? 0 : document.length,
                time,
                time);
    }

    /** In another state since a time. */
    public LetterEntry in(LetterState other, String time) {
        return new LetterEntry(
                id,
                sink,
                ns,
                key,
                op,
                version,
                revision,
                ts,
                reason,
                code,
                message,
                attempts,
                other,
                epoch,
                window,
                shape,
                exportVersion,
                rowHash,
                documentBytes,
                refused,
                time);
    }

    /** The letter, with its change. */
    public DeadLetter letter(ChangeRecord change) {
        return new DeadLetter(sink, change, reason, code, message, attempts);
    }

    private static String json(ChangeRecord change) {
        try {
            return new RawBsonDocument(change.documentKey()).toJson(CANONICAL);
        } catch (RuntimeException e) {
            return change.key().toString();
        }
    }

    private static String cut(String text, int longest) {
        return text == null || text.length() <= longest ? text : text.substring(0, longest) + "…";
    }
}
