/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.penstock.store.JobRecord.Desired;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The JSON form of a record. A field that is added or changed makes a new format; every format stays readable. */
final class RecordText {
    private static final int FORMAT = 1;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private RecordText() {}

    /** Format 1. Cluster times are 16 hex digits, as in a version's text: JSON's readers lose digits of such numbers. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    @JsonPropertyOrder({
        "format",
        "name",
        "token",
        "desired",
        "flinkJob",
        "startedFrom",
        "savepoint",
        "cluster",
        "rollbacks",
        "by",
        "at",
        "movedTo",
        "moved",
        "jobFile"
    })
    private record Format1(
            int format,
            String name,
            long token,
            String flinkJob,
            Optional<String> startedFrom,
            Desired desired,
            Optional<String> savepoint,
            String jobFile,
            List<String> rollbacks,
            Optional<String> cluster,
            String by,
            String at,
            Optional<String> movedTo,
            Optional<Boolean> moved) {}

    /**
     * A record, and what is noted beside it of where it went.
     *
     * @param movedTo the database of the metadata store that it goes, or went, to; empty when it is here
     * @param isMoved whether it is known to be there
     */
    record Noted(JobRecord record, Optional<String> movedTo, boolean isMoved) {
        static Noted here(JobRecord record) {
            return new Noted(record, Optional.empty(), false);
        }

        static Noted moving(JobRecord record, String database) {
            return new Noted(record, Optional.of(database), false);
        }

        Noted moved() {
            return new Noted(record, movedTo, true);
        }

        boolean isMoving() {
            return movedTo.isPresent() && !isMoved;
        }
    }

    static byte[] write(JobRecord record) {
        return write(Noted.here(record));
    }

    static byte[] write(Noted noted) {
        JobRecord record = noted.record();
        Format1 text = new Format1(
                FORMAT,
                record.name(),
                record.token(),
                record.flinkJob(),
                record.startedFrom(),
                record.desired(),
                record.savepoint(),
                record.jobFile(),
                record.rollbacks().stream().map(HEX::toHexDigits).toList(),
                record.cluster(),
                record.by(),
                record.at(),
                noted.movedTo(),
                noted.isMoved() ? Optional.of(true) : Optional.empty());
        try {
            return (JSON.writeValueAsString(text) + '\n').getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads any format.
     *
     * @param file how a problem names it
     * @throws UnreadableRecordException when it is none
     */
    static JobRecord read(String file, byte[] text) throws UnreadableRecordException {
        return readNoted(file, text).record();
    }

    /** As {@link #read}, with what is noted beside it. */
    static Noted readNoted(String file, byte[] text) throws UnreadableRecordException {
        try {
            JsonNode tree = JSON.readTree(text);
            int format = tree.path("format").asInt();
            if (format != FORMAT) {
                throw new UnreadableRecordException(
                        file,
                        format > FORMAT
                                ? "it has format " + format + ", of a later release of Penstock; use that"
                                : "it is no record of a job",
                        null);
            }
            Format1 found = JSON.treeToValue(tree, Format1.class);
            JobRecord record = new JobRecord(
                    found.name(),
                    found.token(),
                    found.flinkJob(),
                    found.startedFrom(),
                    found.desired(),
                    found.savepoint(),
                    found.jobFile(),
                    found.rollbacks().stream()
                            .map(HexFormat::fromHexDigitsToLong)
                            .toList(),
                    found.cluster(),
                    found.by(),
                    found.at());
            return new Noted(record, found.movedTo(), found.moved().orElse(false));
        } catch (UnreadableRecordException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new UnreadableRecordException(file, reason(e), e);
        }
    }

    private static String reason(Exception e) {
        if (e instanceof NullPointerException) {
            return "a field is missing";
        }
        return e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    }
}
