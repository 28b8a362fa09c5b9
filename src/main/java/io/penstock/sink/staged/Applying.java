/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.staged;

import io.penstock.record.ChangeRecord;
import io.penstock.store.Fence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Talks to the target of a sink that may fall behind, in a thread of its own, one thing after the other: so neither changes nor checkpoints wait for it. While it
 * is away it is tried again.
 *
 * <p>There are two writers. What a complete checkpoint covers is staged by one, and applied at once: no checkpoint knows of such a stage, and whoever
 * restores one stages the same changes again. What is too much to be kept is staged by the other before a checkpoint covers it, and is in checkpoints.
 */
final class Applying implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Applying.class);

    /** After every checkpoint: stages of this writer are no checkpoint's, and leftovers for everyone who starts. */
    static final long IN_NO_CHECKPOINT = Long.MAX_VALUE;

    private static final int CLOSING_SECONDS = 5;

    private final String sink;
    private final Reopening<StagingArea> areas;
    private final Stager due;
    private final Stager early;
    private final StagedCommitter committer;
    private final Fence fence;
    private final ExecutorService thread;

    /**
     * Begins.
     *
     * @param sink its name in the job file
     * @param areas for what is done when it starts
     * @param due stages what is due
     * @param early stages what no checkpoint covers yet
     * @param fence asked before anything is removed or applied; closed with this, as are all the others
     */
    Applying(
            String sink,
            Reopening<StagingArea> areas,
            Stager due,
            Stager early,
            StagedCommitter committer,
            Fence fence) {
        this.sink = sink;
        this.areas = areas;
        this.due = due;
        this.early = early;
        this.committer = committer;
        this.fence = fence;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(() -> runAndClose(task), "apply " + sink);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Removes what earlier lives staged and no checkpoint knows. */
    CompletableFuture<Void> removeLeftovers(Leftover leftover) {
        return run(() -> {
            int removed = areas.call("remove what earlier attempts staged", (area, attempt) -> {
                Reopening.requireHeld(fence);
                return area.removeLeftovers(leftover);
            });
            if (removed > 0) {
                LOG.info("Removed {} stages of earlier attempts from the staging area of sink {}", removed, sink);
            }
            areas.close();
        });
    }

    /** Stages changes that no checkpoint covers yet. */
    CompletableFuture<Void> stage(List<ChangeRecord> changes) {
        return run(() -> stage(early, changes));
    }

    /** Ends the stage of such changes with a checkpoint. To be called when none is being staged. */
    Optional<Stage> staged(long checkpoint) {
        Optional<Stage> stage = early.end();
        early.after(checkpoint);
        return stage;
    }

    /** Puts what a complete checkpoint covers into the target. */
    CompletableFuture<Void> apply(Waiting.Due changes) {
        return run(() -> {
            fence.requireHeld();
            List<Stage> stages = new ArrayList<>(changes.stages());
            stage(due, changes.changes());
            due.end().ifPresent(stages::add);
            committer.apply(stages);
        });
    }

    private static void stage(Stager stager, List<ChangeRecord> changes) throws IOException {
        Portion portion = new Portion();
        for (ChangeRecord change : changes) {
            stager.fill(portion, change);
            if (portion.isFull()) {
                stager.stage(portion);
                portion = new Portion();
            }
        }
        if (!portion.isEmpty()) {
            stager.stage(portion);
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private CompletableFuture<Void> run(Work work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        thread.execute(() -> {
            try {
                work.run();
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /**
     * Waits for what was begun.
     *
     * @throws IOException that it failed with
     */
    static void await(CompletableFuture<Void> begun) throws IOException, InterruptedException {
        try {
            begun.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        }
    }

    private void runAndClose(Runnable task) {
        try (areas;
                due;
                early;
                AutoCloseable held = fence::close;
                committer) {
            task.run();
        } catch (Exception e) {
            LOG.debug("What sink {} had open could not be closed", sink, e);
        }
    }

    /** What is under way gets a few seconds to come to its end. */
    @Override
    public void close() throws InterruptedException {
        thread.shutdown();
        if (!thread.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
            thread.shutdownNow();
            thread.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS);
        }
    }
}
