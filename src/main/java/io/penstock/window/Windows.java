/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Delivery;
import io.penstock.record.PassMark;
import io.penstock.window.WindowInput.Marked;
import io.penstock.window.WindowOutput.Sealed;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.transformations.PartitionTransformation;

/** Puts windows into a topology. */
public final class Windows {
    private Windows() {}

    /**
     * Digests changes, and seals windows by the watermark.
     *
     * @param changes every change that is exported
     * @param marks what the source says of its passes, in order with the watermark
     * @param files the files that sinks write, each before the watermark that closes its window; null when there are none
     * @return the files as they came, and each manifest behind the files that it names; in one subtask
     */
    public static SingleOutputStreamOperator<WindowOutput> seal(
            DataStream<ChangeRecord> changes,
            DataStream<PassMark> marks,
            DataStream<Artifact> files,
            SealOptions options) {
        DataStream<WindowInput> sums = changes.transform(
                        "digests", WindowInput.TYPE, new DigestOperator(WindowLength.of(options.every())))
                .uid("digests");
        DataStream<WindowInput> marked = marks.map(mark -> (WindowInput) new Marked(mark))
                .returns(WindowInput.TYPE)
                .name("marks")
                .uid("window-marks");
        DataStream<WindowInput> all = files == null ? sums.union(marked) : sums.union(marked, announced(files));
        KeyedStream<WindowInput, String> inputs =
                all.keyBy(input -> input.namespace().toString(), Types.STRING);
        inOrderWithBarriers(inputs);
        return inputs.transform("windows", WindowOutput.TYPE, new SealOperator(options))
                .setParallelism(1)
                .setMaxParallelism(1)
                .uid("windows");
    }

    private static DataStream<WindowInput> announced(DataStream<Artifact> files) {
        return files.map(file -> (WindowInput) new WindowInput.Announced(file))
                .returns(WindowInput.TYPE)
                .name("announced")
                .uid("window-files");
    }

    /**
     * Says of each sealed window where the changes of a sink lie that knows it only once they are acknowledged.
     *
     * @param sealed what {@link #seal} returns
     * @param delivered each transaction's before the barrier of the checkpoint that commits it
     * @param sink its name in the job file
     * @param name the sink's uid
     * @return the receipts, each in the checkpoint of its manifest; in one subtask
     */
    public static DataStream<WindowOutput> receipts(
            DataStream<WindowOutput> sealed,
            DataStream<Delivery> delivered,
            String sink,
            String name,
            SealOptions options) {
        String manifests = name + ": manifests";
        String receipts = name + ": receipts";
        DataStream<WindowOutput> manifestsOnly = sealed.filter(output -> output instanceof Sealed)
                .name(manifests)
                .uid(manifests)
                .setParallelism(1)
                .setMaxParallelism(1)
                .global();
        DataStream<Delivery> deliveries = delivered.global();
        inOrderWithBarriers(manifestsOnly);
        inOrderWithBarriers(deliveries);
        return manifestsOnly
                .connect(deliveries)
                .transform(receipts, WindowOutput.TYPE, new ReceiptOperator(sink, options))
                .uid(receipts)
                .setParallelism(1)
                .setMaxParallelism(1);
    }

    /**
     * Keeps unaligned checkpoints from storing what is under way here, which is little: Flink 1.20.3 does not rescale a task with several
     * inputs of which some have nothing under way (FLINK-38483: "a descriptor that represents no state"). Receipts are complete only so.
     */
    private static void inOrderWithBarriers(DataStream<?> stream) {
        ((PartitionTransformation<?>) stream.getTransformation())
                .getPartitioner()
                .disableUnalignedCheckpoints();
    }
}
