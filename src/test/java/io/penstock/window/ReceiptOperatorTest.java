/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Delivery;
import io.penstock.record.Delivery.Placed;
import io.penstock.record.Delivery.Refused;
import io.penstock.record.PassMark;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.window.Receipt.DeadLettered;
import io.penstock.window.Receipt.Range;
import io.penstock.window.WindowOutput.Receipted;
import io.penstock.window.WindowOutput.Sealed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lists say what leaves the operator before each barrier. */
class ReceiptOperatorTest {
    private final SealOptions options = SealScene.options(60);
    private final List<Sealed> manifests = new ArrayList<>();
    private TwoInputStreamOperatorTestHarness<WindowOutput, Delivery, WindowOutput> harness;

    /** A baseline at window 0, then windows 1 to 4. */
    @BeforeEach
    void seal() throws Exception {
        try (SealScene scene = new SealScene(options, 1)) {
            scene.mark(PassMark.origin(1));
            scene.mark(PassMark.begun(Vectors.NS, 1, 1));
            scene.mark(PassMark.read(Vectors.NS, 1, 1, 1));
            for (long window = 1; window < 5; window++) {
                byte[] document = Changes.bson("{_id: " + window + "}");
                Version version = Version.event((60 * window) << 32 | 1);
                scene.change(Changes.of(Op.CREATE, Vectors.NS, document, version, document), 0);
            }
            scene.watermark(60_000 * 5 - 1);
            scene.outputs().stream().filter(Sealed.class::isInstance).forEach(output -> manifests.add((Sealed) output));
        }
        open(null);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private void open(OperatorSubtaskState state) throws Exception {
        harness = new TwoInputStreamOperatorTestHarness<>(new ReceiptOperator("kafka", options), 1, 1, 0);
        harness.setup(WindowOutputSerializer.INSTANCE);
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
    }

    private void manifest(int window) throws Exception {
        harness.processElement1(new StreamRecord<>(manifests.get(window)));
        harness.processWatermark1(new Watermark(60_000L * (window + 1) - 1));
    }

    private void delivered(long window, long first, String transaction) throws Exception {
        harness.processElement2(
                new StreamRecord<>(new Placed(Vectors.NS, window, "cities", 1, first, first + 9, 10, transaction)));
    }

    /** Those that have left since the last call, as {@code window: ranges}. */
    private List<String> receipts() throws IOException {
        List<String> receipts = new ArrayList<>();
        for (WindowOutput output : harness.extractOutputValues()) {
            Receipted receipted = (Receipted) output;
            Receipt receipt = Receipt.read(receipted.json());
            assertThat(receipt.manifestHash())
                    .isEqualTo(
                            Manifest.read(manifests.get((int) receipt.window()).json())
                                    .manifestHash());
            assertThat(receipt.window()).isEqualTo(receipted.window());
            receipts.add(receipt.window() + ": " + ranges(receipt));
        }
        harness.getOutput().clear();
        return receipts;
    }

    private static List<String> ranges(Receipt receipt) {
        assertThat(receipt.rows())
                .isEqualTo(receipt.ranges().stream().mapToLong(Range::rows).sum());
        return receipt.ranges().stream()
                .map(range -> range.first() + "-" + range.last() + " " + range.transactionalId())
                .toList();
    }

    private OperatorSubtaskState barrier(long checkpoint) throws Exception {
        harness.prepareSnapshotPreBarrier(checkpoint);
        return harness.snapshot(checkpoint, checkpoint);
    }

    @Test
    void aReceiptLeavesBeforeTheBarrierBehindItsManifestAndHasAllTransactions() throws Exception {
        manifest(0);
        delivered(1, 0, "a");
        assertThat(receipts()).isEmpty();
        barrier(1);
        assertThat(receipts()).as("nothing of window 0").isEmpty();

        manifest(1);
        assertThat(receipts()).as("its last transaction is not told yet").isEmpty();
        delivered(1, 10, "b");
        delivered(2, 20, "b");
        barrier(2);
        assertThat(receipts()).containsExactly("1: [0-9 a, 10-19 b]");

        manifest(2);
        manifest(3);
        barrier(3);
        assertThat(receipts()).containsExactly("2: [20-29 b]");
    }

    @Test
    void afterARestartTheSameLeaves() throws Exception {
        delivered(1, 0, "a");
        OperatorSubtaskState state = barrier(1);
        for (int attempt = 0; attempt < 2; attempt++) {
            manifest(0);
            manifest(1);
            delivered(1, 10, "b" + attempt);
            harness.prepareSnapshotPreBarrier(2);
            assertThat(receipts()).as("what failed is in none").containsExactly("1: [0-9 a, 10-19 b" + attempt + "]");
            harness.close();
            open(state);
        }
    }

    @Test
    void aBaselineHasWhatWasWrittenBeforeIt() throws Exception {
        delivered(-2, 0, "a");
        delivered(-1, 10, "b");
        barrier(1);
        manifest(0);
        delivered(0, 20, "c");
        barrier(2);
        assertThat(receipts()).containsExactly("0: [0-29 null]");
    }

    @Test
    void aWindowOfWhichEverythingWasSetAsideHasAReceiptToo() throws Exception {
        manifest(0);
        manifest(1);
        harness.processElement2(new StreamRecord<>(
                new Refused(Vectors.NS, 1, "{\"_id\":1}", Version.event(60L << 32 | 1), 0, "ab", null)));
        OperatorSubtaskState state = barrier(1);
        Receipt receipt =
                Receipt.read(((Receipted) harness.extractOutputValues().get(0)).json());
        assertThat(receipt.window()).isEqualTo(1);
        assertThat(receipt.rows()).isZero();
        assertThat(receipt.changes()).isEqualTo(1);
        assertThat(receipt.deadLettered()).extracting(DeadLettered::key).containsExactly("{\"_id\":1}");

        harness.close();
        open(state);
        manifest(2);
        barrier(2);
        assertThat(receipts()).as("told once").isEmpty();
    }

    @Test
    void theEndOfAJobIsLikeABarrier() throws Exception {
        manifest(0);
        delivered(0, 0, "a");
        harness.endInput1();
        assertThat(receipts()).isEmpty();
        harness.endInput2();
        assertThat(receipts()).containsExactly("0: [0-9 a]");
    }
}
