/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.commit;

import io.penstock.store.MetadataEntry;
import io.penstock.store.MetadataOptions;
import io.penstock.store.MetadataStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.transformations.PartitionTransformation;

/** Puts the metadata store into a topology. */
public final class MetadataCommitter {
    private static final String UID = "metadata";
    /** Two renewals may fail before the lease has run out. */
    private static final int BEATS_PER_LEASE = 3;

    private MetadataCommitter() {}

    /**
     * Writes entries once the checkpoints that cover them are complete, in the order in which they came.
     *
     * @param token of the life
     */
    public static void add(DataStream<MetadataEntry> entries, MetadataOptions options, long token) {
        DataStream<MetadataEntry> all = entries.global();
        // Several inputs with some under way in an unaligned checkpoint are not rescaled by Flink 1.20.3 (FLINK-38483).
        ((PartitionTransformation<?>) all.getTransformation()).getPartitioner().disableUnalignedCheckpoints();
        all.transform(
                        UID,
                        Types.VOID,
                        new MetadataOperator(
                                () -> MetadataStore.open(options),
                                token,
                                options.spec().lease().dividedBy(BEATS_PER_LEASE)))
                .uid(UID)
                .setParallelism(1)
                .setMaxParallelism(1)
                .sinkTo(new DiscardingSink<>())
                .name("metadata: end")
                .uid("metadata-end")
                .setParallelism(1);
    }
}
