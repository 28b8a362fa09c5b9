/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.penstock.record.ChangeRecord;
import io.penstock.record.Version;
import io.penstock.window.Manifest;
import io.penstock.window.Receipt;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * Where an export has the versions of one document: what {@code windows trace} prints.
 *
 * @param key the canonical {@code _id}
 * @param versions in order
 * @param files how many files were read for it
 * @param problems what is not as the manifests have it, among what was read
 */
record Lineage(String path, String namespace, String key, List<Exported> versions, int files, List<String> problems) {

    /**
     * One version of the document.
     *
     * @param op the letter in the export
     * @param window that its cluster time falls into
     * @param sealed null when no manifest names its file yet
     * @param delivered where sinks have it that say so in a receipt: in one of these ranges of each sink
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Exported(
            String version,
            int revision,
            String op,
            Source source,
            int epoch,
            long window,
            String exportVersion,
            String rowHash,
            Sealed sealed,
            Stored stored,
            List<Delivered> delivered) {

        static Exported of(ChangeRecord change, Sealed sealed, Stored stored, List<Delivered> delivered) {
            return new Exported(
                    change.version().text(),
                    change.revision(),
                    String.valueOf(change.op().code()),
                    Source.of(change.version()),
                    change.epoch(),
                    change.window(),
                    change.exportVersion(),
                    change.rowHash() == null ? null : HexFormat.of().formatHex(change.rowHash()),
                    sealed,
                    stored,
                    delivered);
        }
    }

    /**
     * Where in the source it was read.
     *
     * @param kind a row of a snapshot, an event, an event of a transaction
     * @param time the cluster time's seconds, ISO 8601
     * @param resumeToken of an event of a transaction, whose version holds it; null of others, whose version does not
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Source(String kind, String time, long seconds, long increment, String resumeToken) {
        /** What all resume tokens begin with: the type of a timestamp in the server's keys. */
        private static final String TIMESTAMP = "82";

        static Source of(Version version) {
            long clusterTime = version.clusterTime();
            String text = version.text();
            boolean inTransaction = text.indexOf('.') > 0;
            return new Source(
                    version.isRow() ? "row" : inTransaction ? "transaction" : "event",
                    Instant.ofEpochMilli(version.timestamp()).toString(),
                    clusterTime >>> 32,
                    clusterTime & 0xFFFFFFFFL,
                    inTransaction ? TIMESTAMP + text.replace(".", "") : null);
        }
    }

    /**
     * The manifest that names the file.
     *
     * @param window that it seals: of a baseline a later one than the version's may be
     * @param manifest its path below the export's folder
     */
    record Sealed(
            int generation,
            long window,
            String kind,
            String until,
            String manifest,
            String manifestHash,
            String contentHash) {

        static Sealed of(Manifest manifest, String path) {
            return new Sealed(
                    manifest.generation(),
                    manifest.window(),
                    manifest.kind(),
                    manifest.until(),
                    path,
                    manifest.manifestHash(),
                    manifest.contentHash());
        }
    }

    /**
     * Where in the export it lies.
     *
     * @param file below the export's folder
     * @param number the line, of BSON the document, from 1 on
     * @param sha256 as the manifest has it; of a file that none names, as it is
     * @param asSealed whether the file has that hash
     */
    record Stored(String file, long number, String sha256, boolean asSealed) {}

    /**
     * A range of offsets that the receipt of the window names.
     *
     * @param rows how many changes of the window it holds
     * @param receipt its path below the export's folder
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Delivered(
            String sink,
            String topic,
            int partition,
            long first,
            long last,
            long rows,
            String transactionalId,
            String receipt) {

        static List<Delivered> of(Receipt receipt, String path) {
            return receipt.ranges().stream()
                    .map(range -> new Delivered(
                            receipt.sink(),
                            range.topic(),
                            range.partition(),
                            range.first(),
                            range.last(),
                            range.rows(),
                            range.transactionalId(),
                            path))
                    .toList();
        }
    }
}
