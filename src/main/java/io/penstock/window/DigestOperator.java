/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import io.penstock.window.WindowInput.Changed;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Adds up the changes of each namespace and window before they travel: one record for each at the end of the window, instead of
 * one for each change. An operator rather than a function, since a function does not see watermarks.
 *
 * <p><b>Exactly once.</b> What is not yet sent is in the checkpoint, as a list that any subtask may go on with: sums add up in any
 * order and from any parts. So nothing is flushed before a barrier, and a rescaled job loses and doubles nothing. A window's sum is sent before
 * the watermark that closes it.
 *
 * <pre>
 *   changes of window 7     c1 c2 | c3 | W(7 is over)
 *   checkpoint                    ^ holds c1 + c2
 *   failure, restart              c1 + c2 restored, c3 read again
 *   sent                                 c1 + c2 + c3, then the watermark
 * </pre>
 */
final class DigestOperator extends AbstractStreamOperator<WindowInput>
        implements OneInputStreamOperator<ChangeRecord, WindowInput> {
    private static final long serialVersionUID = 1L;

    /** Sums of 40 KB; while a snapshot holds the watermark, windows pile up. The one that was touched longest ago is sent early. */
    private static final int MOST_OPEN = 256;

    private static final ListStateDescriptor<WindowInput> SUMS = new ListStateDescriptor<>("sums", WindowInput.TYPE);

    private final WindowLength length;
    private transient Map<Slot, WindowDelta> open;
    private transient ListState<WindowInput> sums;
    private transient Slot currentSlot;
    private transient WindowDelta current;

    private record Slot(Namespace namespace, long window) {}

    DigestOperator(WindowLength length) {
        this.length = length;
        // In the task that makes the changes: only sums travel.
        chainingStrategy = ChainingStrategy.ALWAYS;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        open = new LinkedHashMap<>(16, 0.75f, true);
        sums = context.getOperatorStateStore().getListState(SUMS);
        for (WindowInput restored : sums.get()) {
            Changed changed = (Changed) restored;
            sumOf(changed.namespace(), changed.window()).add(changed.delta());
        }
    }

    @Override
    public void processElement(StreamRecord<ChangeRecord> element) {
        ChangeRecord change = element.getValue();
        if (change.replay() != null) {
            // It was counted when it was made, and its window is sealed.
            return;
        }
        sumOf(change.namespace(), change.window()).add(change);
    }

    private WindowDelta sumOf(Namespace namespace, long window) {
        if (current != null
                && currentSlot.window() == window
                && currentSlot.namespace().equals(namespace)) {
            return current;
        }
        currentSlot = new Slot(namespace, window);
        current = open.get(currentSlot);
        if (current == null) {
            if (open.size() >= MOST_OPEN) {
                Iterator<Map.Entry<Slot, WindowDelta>> longestUnused =
                        open.entrySet().iterator();
                send(longestUnused.next());
                longestUnused.remove();
            }
            current = new WindowDelta();
            open.put(currentSlot, current);
        }
        return current;
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        for (Iterator<Map.Entry<Slot, WindowDelta>> sent = open.entrySet().iterator(); sent.hasNext(); ) {
            Map.Entry<Slot, WindowDelta> entry = sent.next();
            if (length.closing(entry.getKey().window()) <= mark.getTimestamp()) {
                send(entry);
                sent.remove();
                current = null;
            }
        }
        super.processWatermark(mark);
    }

    private void send(Map.Entry<Slot, WindowDelta> sum) {
        Slot slot = sum.getKey();
        output.collect(new StreamRecord<>(
                new Changed(slot.namespace(), slot.window(), sum.getValue()), length.start(slot.window())));
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        List<WindowInput> unsent = new ArrayList<>();
        // A copy: the state is written while the sums grow on.
        open.forEach((slot, delta) -> unsent.add(new Changed(slot.namespace(), slot.window(), delta.copy())));
        sums.update(unsent);
    }
}
