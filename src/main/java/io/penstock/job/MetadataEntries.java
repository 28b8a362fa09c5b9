/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import io.penstock.store.MetadataEntry;
import io.penstock.store.MetadataEntry.SealedManifest;
import io.penstock.store.MetadataEntry.SealedRoot;
import io.penstock.store.MetadataEntry.SinkReceipt;
import io.penstock.store.commit.MetadataEntrySerializer;
import io.penstock.window.Manifest;
import io.penstock.window.WindowOutput;
import io.penstock.window.WindowOutput.Receipted;
import io.penstock.window.WindowOutput.Rooted;
import io.penstock.window.WindowOutput.Sealed;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.Collector;

/** What sealing hands over, as the metadata store keeps it. */
final class MetadataEntries {
    private static final String UID = "metadata-entries";

    private MetadataEntries() {}

    /**
     * Of a job that seals windows.
     *
     * @param sealed manifests and roots
     * @param receipts by the name of the sink that they are of
     */
    static DataStream<MetadataEntry> of(
            DataStream<WindowOutput> sealed, Map<String, DataStream<WindowOutput>> receipts) {
        DataStream<MetadataEntry> all = entries(sealed, UID);
        for (Map.Entry<String, DataStream<WindowOutput>> ofSink : receipts.entrySet()) {
            all = all.union(entries(ofSink.getValue(), UID + ": receipts of " + ofSink.getKey()));
        }
        return all;
    }

    /** None: but the job says that it lives. */
    static DataStream<MetadataEntry> none(DataStream<?> any) {
        SingleOutputStreamOperator<MetadataEntry> none = any.flatMap((value, out) -> {});
        return none.returns(MetadataEntrySerializer.TYPE)
                .name("metadata: entries")
                .uid(UID);
    }

    private static DataStream<MetadataEntry> entries(DataStream<WindowOutput> outputs, String uid) {
        SingleOutputStreamOperator<MetadataEntry> entries = outputs.flatMap(MetadataEntries::entries);
        return entries.returns(MetadataEntrySerializer.TYPE)
                .name(uid.replaceFirst("-", ": "))
                .uid(uid)
                .setParallelism(1)
                .setMaxParallelism(1);
    }

    /** Each window has a manifest of its own in the store, for good; of one that has grown the earlier windows are there. */
    private static void entries(WindowOutput output, Collector<MetadataEntry> out) throws IOException {
        if (output instanceof Sealed sealed) {
            List<byte[]> alone = Manifest.alone(sealed.json());
            for (long window = Math.max(sealed.window(), sealed.replaced() + 1); window <= sealed.last(); window++) {
                byte[] json = alone.get(Math.toIntExact(window - sealed.window()));
                out.collect(new SealedManifest(sealed.generation(), sealed.namespace(), window, json));
            }
        } else if (output instanceof Rooted root) {
            out.collect(new SealedRoot(root.generation(), root.window(), root.last(), root.json()));
        } else if (output instanceof Receipted receipt) {
            out.collect(new SinkReceipt(
                    receipt.generation(), receipt.namespace(), receipt.window(), receipt.sink(), receipt.json()));
        }
    }
}
