/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.Delivery;
import io.penstock.window.WindowOutput.Receipted;
import io.penstock.window.WindowOutput.Sealed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Says of each sealed window where one sink's changes of it lie. Runs in one subtask.
 *
 * <p><b>A receipt is complete, and is committed with its manifest and its transactions.</b> Let a window be sealed before barrier N comes here.
 * Then its closing watermark had passed every writer before barrier N, and with it every change of the window: these were written in
 * transactions of checkpoint N or before. A writer tells of a transaction before the barrier of its checkpoint, and barriers wait for each
 * other here. So when barrier N has come, everything about the window has come too; the receipt goes out ahead of the barrier, hence into
 * checkpoint N, as the manifest did and the last of the transactions. What fails before N is complete leaves none of the three.
 *
 * <pre>
 *   manifests   m7              | barrier N
 *   deliveries           d7 d8  | barrier N       (as each transaction ends)
 *   receipts                      r7 | barrier N
 * </pre>
 */
final class ReceiptOperator extends AbstractStreamOperator<WindowOutput>
        implements TwoInputStreamOperator<WindowOutput, Delivery, WindowOutput>, BoundedMultiInput {
    private static final long serialVersionUID = 1L;
    private static final int INPUTS = 2;

    private static final ListStateDescriptor<Delivery> WAITING = new ListStateDescriptor<>("waiting", Delivery.TYPE);

    private final String sink;
    private final WindowLength length;
    private final SealOptions.SigningKey signingKey;

    private transient Signer signer;
    private transient ListState<Delivery> state;
    private transient Unreceipted waiting;
    private transient List<Sealed> sealed;
    private transient long lastClosed;
    private transient int ended;

    /** @param sink whose changes they are */
    ReceiptOperator(String sink, SealOptions options) {
        this.sink = sink;
        this.length = WindowLength.of(options.every());
        this.signingKey = options.signingKey();
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        sealed = new ArrayList<>();
        waiting = new Unreceipted();
        lastClosed = Long.MIN_VALUE;
        state = context.getOperatorStateStore().getListState(WAITING);
        for (Delivery delivery : state.get()) {
            waiting.add(delivery);
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        signer = signingKey == null ? null : Signer.of(signingKey.get());
    }

    @Override
    public void processElement1(StreamRecord<WindowOutput> element) {
        if (element.getValue() instanceof Sealed manifest) {
            sealed.add(manifest);
        }
    }

    @Override
    public void processElement2(StreamRecord<Delivery> element) {
        waiting.add(element.getValue());
    }

    @Override
    public void processWatermark1(Watermark mark) throws Exception {
        if (mark.getTimestamp() != Watermark.MAX_WATERMARK.getTimestamp()) {
            // Behind it come the manifests of windows that end later.
            lastClosed = Math.floorDiv(mark.getTimestamp() + 1, length.millis()) - 1;
        }
        super.processWatermark1(mark);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        super.prepareSnapshotPreBarrier(checkpointId);
        receipt();
    }

    /** Writers have told of their last transactions before they ended. */
    @Override
    public void endInput(int input) throws Exception {
        if (++ended == INPUTS) {
            receipt();
        }
    }

    private void receipt() throws IOException {
        for (Sealed manifest : sealed) {
            List<Delivery> deliveries = waiting.take(manifest.namespace(), manifest.window());
            if (!deliveries.isEmpty()) {
                byte[] json = ReceiptText.write(Manifest.read(manifest.json()), sink, deliveries, signer);
                output.collect(new StreamRecord<>(
                        new Receipted(manifest.generation(), manifest.namespace(), manifest.window(), sink, json)));
            }
        }
        sealed.clear();
        waiting.close(lastClosed);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        state.update(waiting.all());
    }
}
