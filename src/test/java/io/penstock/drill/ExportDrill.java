/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.job.ExportView;
import io.penstock.job.MixedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;

/**
 * {@code run} against {@code dev-server}, both in processes of their own, while the collection is written to; then the export is
 * compared with the source.
 */
final class ExportDrill {
    private static final Duration TO_CATCH_UP = Duration.ofMinutes(5);

    /** The snapshot is slowed down, so that writes arrive and kills happen while it goes on. */
    private static final int SNAPSHOT_SECONDS = 5;

    private final Path folder;
    private final long seed;
    private final int documents;
    private final Source source;
    private final Export export;
    private final Path job;
    private int recoveries;

    ExportDrill(Path folder, long seed, int documents, Source source, Export export) throws IOException {
        this.folder = folder;
        this.seed = seed;
        this.documents = documents;
        this.source = source;
        this.export = export;
        this.job = Files.writeString(
                folder.resolve("job.yaml"),
                """
                name: drill
                source:
                  uri: ${MONGODB_URI}
                  collections: [shop.orders]
                  snapshot: {split-size: 64 kb, max-documents-per-second: %d}
                sinks: [%s]
                pipeline: {parallelism: 2, checkpoint-interval: 500 ms, state-dir: state}
                """
                        .formatted(documents / SNAPSHOT_SECONDS, export.sink()));
    }

    /** No fault: writes arrive during the snapshot and after it. */
    Report mixed(int writes) throws Exception {
        long begun = System.nanoTime();
        MixedWriter writer = source.writer(seed);
        writer.fill(documents);
        try (Child run = run()) {
            run.await("web UI");
            Writes writing = writing(writer, writes, 0);
            writing.join();
            ExportView view = caughtUp(run);
            assertThat(run.stop()).as(run.output()).isZero();
            return report("mixed", 0, writing, view, begun);
        }
    }

    /** The process is killed at random moments, in its start too, while the writes go on. */
    Report kill(int times, int perSecond) throws Exception {
        long begun = System.nanoTime();
        Random random = new Random(seed);
        MixedWriter writer = source.writer(seed);
        writer.fill(documents);
        try (Writes writing = writing(writer, Long.MAX_VALUE, perSecond)) {
            for (int i = 0; i < times; i++) {
                try (Child run = run()) {
                    if (i == times - 1) {
                        exportedMore(run); // so that at least one kill has commits to endanger
                    } else if (random.nextInt(4) > 0) {
                        run.await("web UI");
                    }
                    if (run.ended(random.nextInt(6_000))) {
                        throw new IllegalStateException(run.endedByItself());
                    }
                    run.kill();
                    recoveries += run.output().contains("continuing from") ? 1 : 0;
                }
            }
            writing.close();
            try (Child run = run()) {
                ExportView view = caughtUp(run);
                recoveries += run.output().contains("continuing from") ? 1 : 0;
                assertThat(run.stop()).as(run.output()).isZero();
                return report("kill", times, writing, view, begun);
            }
        }
    }

    /** The server goes away for a while, once for each signal (KILL or STOP), during the snapshot and while writes go on. */
    Report outages(int seconds, List<String> signals) throws Exception {
        long begun = System.nanoTime();
        MixedWriter writer = source.writer(seed);
        writer.fill(documents);
        try (Child run = run()) {
            run.await("web UI");
            for (String signal : signals) {
                try (Writes writing = writing(writer, 300, 0)) {
                    writing.join();
                }
                source.away(signal, seconds);
            }
            try (Writes last = writing(writer, 300, 0)) {
                last.join();
                ExportView view = caughtUp(run);
                assertThat(run.stop()).as(run.output()).isZero();
                return report("outages", signals.size(), last, view, begun);
            }
        }
    }

    Child run() throws IOException {
        return Child.penstock("run", folder, Map.of("MONGODB_URI", source.uri()), "run", job.toString());
    }

    private Writes writing(MixedWriter writer, long writes, int perSecond) {
        // The document of 15 MB is written eight times in a drill, so that it comes, changes, goes and comes back
        // twice.
        return new Writes(writer, documents + documents / 10, writes, perSecond, Math.min(writes, 20_000) / 8);
    }

    private void exportedMore(Child run) throws IOException {
        int before = export.read().changes();
        Awaitility.await().atMost(TO_CATCH_UP).until(() -> {
            if (!run.isAlive()) {
                throw new IllegalStateException(run.endedByItself());
            }
            return export.read().changes() > before;
        });
    }

    /** Waits until the export equals the source, or does not come any nearer. */
    ExportView caughtUp(Child run) throws IOException {
        try {
            Awaitility.await()
                    .atMost(TO_CATCH_UP)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> {
                        if (!run.isAlive()) {
                            throw new IllegalStateException(run.endedByItself());
                        }
                        return export.read().differences(source.documents()).isEmpty();
                    });
        } catch (org.awaitility.core.ConditionTimeoutException neverEqual) {
            return export.read(); // the report says what is missing
        }
        return export.read();
    }

    private Report report(String drill, int faults, Writes writing, ExportView view, long begun) throws IOException {
        export.read();
        List<String> losses = view.differences(source.documents());
        return new Report(
                drill,
                faults,
                Collections.nCopies(recoveries, Duration.ZERO),
                writing.done(),
                view.changes(),
                view.size(),
                losses,
                view.doubled(),
                view.backwards(),
                Duration.ofNanos(System.nanoTime() - begun).toSeconds());
    }
}
