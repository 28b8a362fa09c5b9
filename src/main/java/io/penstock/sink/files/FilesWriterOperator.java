/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.ChangeRecord;
import io.penstock.record.LetterEvent;
import io.penstock.sink.columns.SeenColumns;
import io.penstock.sink.columns.SeenColumnsSerializer;
import io.penstock.sink.deadletter.Refusal;
import java.io.IOException;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Writes files, and announces each one as soon as it is finished.
 *
 * <p>An operator of our own and not Sink V2's: that one forwards a watermark <em>before</em> the writer sees it, and hands files over
 * at barriers only. Here the files of a window that is over are finished and announced first, and the watermark follows; so whoever
 * closes the window by the watermark knows all of its files. Those of windows under way are finished and announced before each barrier, as part of
 * the checkpoint that commits them.
 *
 * <pre>
 *   changes     w7 w7 w8 | barrier | w7 w8 |  W: 7 is over         | w8 | barrier
 *   announced            f1(7) f2(8)          f3(7), then W forwarded        f4(8)
 * </pre>
 */
final class FilesWriterOperator extends AbstractStreamOperator<FilesCommittable>
        implements OneInputStreamOperator<ChangeRecord, FilesCommittable>, BoundedOneInput {
    private static final long serialVersionUID = 1L;

    private final FilesTarget target;
    private transient FilesWriter writer;
    private transient ListState<SeenColumns> seen;

    FilesWriterOperator(FilesTarget target) {
        this.target = target;
        // In the task that makes the changes, which need not be serialized then; and in one that was restored, whatever
        // is new in it.
        chainingStrategy = ChainingStrategy.ALWAYS;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        // Before leftovers are removed: to a life that was taken over, the files of the next one look like some.
        target.fence().requireHeldOnce();
        FileSystem fileSystem = FileSystem.get(new Path(target.path()).toUri());
        WriterSettings settings = new WriterSettings(
                target.root(fileSystem),
                target.format(),
                target.compression(),
                target.table(),
                target.windowMillis(),
                FilesTarget.MAX_OPEN_FILES,
                target.owner(),
                getRuntimeContext().getJobInfo().getJobId().toHexString().substring(0, 8),
                context.getRestoredCheckpointId(),
                getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
                getRuntimeContext().getTaskInfo().getAttemptNumber());
        Leftovers.remove(fileSystem, settings, getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks());
        writer = new FilesWriter(settings, fileSystem.createRecoverableWriter(), getMetricGroup());
        if (target.format() == FileFormat.PARQUET) {
            // Of all subtasks to all: whichever goes on with a collection knows the columns that its files had.
            seen = context.getOperatorStateStore()
                    .getUnionListState(new ListStateDescriptor<>("columns", SeenColumnsSerializer.INSTANCE));
            for (SeenColumns columns : seen.get()) {
                writer.learn(columns);
            }
        }
    }

    @Override
    public void processElement(StreamRecord<ChangeRecord> element) throws Exception {
        ChangeRecord change = element.getValue();
        if (change.replay() != null) {
            replay(change);
        }
        if (change.replay() == null || !change.replay().superseded()) {
            writer.write(change);
        }
    }

    /** Should no file take it, that is told behind this, and counts. */
    private void replay(ChangeRecord change) {
        String letter = change.replay().letter();
        tell(
                change,
                change.replay().superseded() ? new LetterEvent.Superseded(letter) : new LetterEvent.Replayed(letter));
    }

    private void tell(ChangeRecord change, LetterEvent event) {
        output.collect(new StreamRecord<>(new PendingLetter(change.namespace(), change.window(), event)));
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        writer.endWindows(mark.getTimestamp());
        announce();
        super.processWatermark(mark);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        super.prepareSnapshotPreBarrier(checkpointId);
        writer.endAll();
        announce();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        if (seen != null) {
            seen.update(writer.seenColumns());
        }
        writer.checkpointed(context.getCheckpointId());
    }

    @Override
    public void endInput() throws Exception {
        writer.endAll();
        announce();
    }

    private void announce() {
        for (Refusal refusal : writer.takeRefused()) {
            tell(refusal.change(), refusal.by(target.sink()));
        }
        for (PendingFile file : writer.takeSealed()) {
            output.collect(new StreamRecord<>(file));
        }
    }

    @Override
    public void close() throws Exception {
        try {
            super.close();
        } finally {
            closeWriter();
        }
    }

    private void closeWriter() throws IOException {
        if (writer != null) {
            writer.close();
        }
    }
}
