/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.record.CanonicalJson;
import io.penstock.record.Namespace;
import io.penstock.spec.JobSpec;
import io.penstock.store.Attempt;
import io.penstock.store.AuditedRecords;
import io.penstock.store.Author;
import io.penstock.store.DoubleSealException;
import io.penstock.store.JobRecord;
import io.penstock.store.JobRecord.Desired;
import io.penstock.store.JobRecord.Start;
import io.penstock.store.JobRecords;
import io.penstock.store.LeaseLostException;
import io.penstock.store.MetadataEntry.SealedManifest;
import io.penstock.store.MetadataOptions;
import io.penstock.store.MetadataStore;
import io.penstock.store.RecordChangedException;
import io.penstock.store.StoreAwayException;
import io.penstock.store.SupersededException;
import io.penstock.store.Versioned;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/**
 * One of many that want to run the same job: takes it over again and again, seals windows as long as it may, and once more when it may not
 * any longer. It writes down what the store has acknowledged, a line each, for {@link Takeovers} to compare.
 */
final class LeaseClient implements Runnable {
    static final String JOB = "raced";
    static final Namespace NAMESPACE = new Namespace("shop", "orders");
    private static final int MOST_WINDOWS = 3;

    /** So that there is time to seal something, and yet many come at the same time. */
    private static final int MOST_NANOS = 20_000_000;

    private final String uri;
    private final String name;
    private final long untilToken;
    private final Random random;
    private final Path file;
    private PrintWriter lines;
    private Attempt old;
    private long checkpoint;

    /** @param untilToken ends when the job's token is that */
    LeaseClient(String uri, String name, long untilToken, Path folder) {
        this.uri = uri;
        this.name = name;
        this.untilToken = untilToken;
        this.random = new Random(name.hashCode());
        this.file = folder.resolve(name + ".log");
    }

    static MetadataStore store(String uri) {
        JobSpec job = JobSpec.parse(
                "the drill's job file",
                """
                name: %s
                source: {uri: "%s", collections: [shop.orders]}
                sinks: [{type: files, path: /nowhere/export}]
                metadata: {uri: "%s", lease: 2 s}
                pipeline: {state-dir: /nowhere/state}
                """
                        .formatted(JOB, uri, uri),
                variable -> null);
        return MetadataStore.open(MetadataOptions.of(job).orElseThrow());
    }

    @Override
    public void run() {
        try (MetadataStore store = store(uri);
                PrintWriter out = new PrintWriter(Files.newBufferedWriter(file), true)) {
            lines = out;
            JobRecords records = new AuditedRecords(
                    store.records(), store.audit(), (before, after) -> Map.of(), Map.of(), this::violation);
            while (next(store, records)) {
                seal(store);
            }
        } catch (Exception e) {
            throw new IllegalStateException(name + " failed", e);
        }
    }

    /** Takes the job from whoever has it, and starts it here; false when there were enough of that. */
    private boolean next(MetadataStore store, JobRecords records) throws IOException {
        while (true) {
            Optional<Versioned<JobRecord>> read = records.read();
            if (read.isPresent() && read.get().value().token() >= untilToken) {
                return false;
            }
            if (read.isPresent()
                    && read.get().value().desired() == Desired.RUNNING
                    && read.get().value().by().equals(name)) {
                LockSupport.parkNanos(MOST_NANOS); // somebody else is to take it
                continue;
            }
            try {
                LockSupport.parkNanos(random.nextInt(MOST_NANOS));
                zombie(store);
                Versioned<JobRecord> written = written(records, read, after(read.map(Versioned::value)));
                if (written == null) {
                    lines.println("late");
                    continue;
                }
                JobRecord now = written.value();
                lines.println("record " + written.version() + " " + now.token() + " " + now.desired());
                if (now.desired() == Desired.RUNNING) {
                    begin(store, now.token());
                    return true;
                }
            } catch (RecordChangedException late) {
                lines.println("late");
            }
        }
    }

    /** Whoever does not know whether its record was written reads it again; null when it was not. */
    private static Versioned<JobRecord> written(JobRecords records, Optional<Versioned<JobRecord>> read, JobRecord next)
            throws IOException {
        try {
            return records.write(read, next);
        } catch (StoreAwayException unknown) {
            return retried(records::read)
                    .filter(now -> now.value().equals(next))
                    .orElse(null);
        }
    }

    private static <T> T retried(Callable<T> call) throws IOException {
        while (true) {
            try {
                return call.call();
            } catch (StoreAwayException again) {
                LockSupport.parkNanos(MOST_NANOS);
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }

    private JobRecord after(Optional<JobRecord> read) {
        Author author =
                new Author(name, Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        Start start = new Start(
                String.format("%016x%016x", random.nextLong(), random.nextLong()),
                Optional.empty(),
                "name: " + JOB + "\n",
                Optional.empty());
        if (read.isEmpty()) {
            return JobRecord.first(JOB, start, author);
        }
        return read.get().desired() == Desired.RUNNING
                ? read.get().takenOver(author)
                : read.get().started(start, author);
    }

    private void begin(MetadataStore store, long token) throws IOException {
        checkpoint = 0;
        try {
            old = retried(() -> store.leases().begin(token));
        } catch (LeaseLostException e) {
            old = null;
            lines.println("lost");
        }
    }

    /** As a job does: what the one before has sealed is found, and gone on from. */
    private void seal(MetadataStore store) throws IOException {
        List<SealedManifest> chain = store.manifests().of(1, NAMESPACE.toString());
        long window = chain.size();
        String previous = chain.isEmpty() ? null : hash(chain.get(chain.size() - 1));
        for (int i = random.nextInt(MOST_WINDOWS + 1); i > 0 && old != null; i--) {
            SealedManifest next = manifest(window, previous);
            if (!committed(store, next)) {
                return;
            }
            previous = hash(next);
            window++;
        }
    }

    private boolean committed(MetadataStore store, SealedManifest manifest) throws IOException {
        try {
            checkpoint++;
            retried(() -> {
                store.leases().commit(old, checkpoint, List.of(manifest));
                return null;
            });
            lines.println("sealed " + manifest.window() + " " + hash(manifest));
            return true;
        } catch (LeaseLostException | SupersededException e) {
            lines.println("refused");
        } catch (DoubleSealException e) {
            violation(e.getMessage());
        }
        return false;
    }

    /** A life that was taken over, and does not know it yet: nothing that it does may change anything. */
    private void zombie(MetadataStore store) throws IOException {
        if (old == null) {
            return;
        }
        try {
            retried(() -> {
                store.leases().requireHeld(old.token());
                return null;
            });
        } catch (LeaseLostException taken) {
            if (committed(
                    store,
                    manifest(store.manifests().of(1, NAMESPACE.toString()).size(), null))) {
                violation("a life with token " + old.token() + " wrote after it was taken over");
            }
            old = null;
        }
    }

    private SealedManifest manifest(long window, String previous) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("by", name);
        json.put("token", old.token());
        json.put("previous", previous);
        json.put("contentHash", Long.toHexString(random.nextLong()));
        json.put("manifestHash", CanonicalJson.hash(json));
        return new SealedManifest(1, NAMESPACE, window, CanonicalJson.bytes(json));
    }

    static String hash(SealedManifest manifest) throws IOException {
        return CanonicalJson.MAPPER
                .readTree(manifest.json())
                .path("manifestHash")
                .asText();
    }

    private void violation(String what) {
        lines.println("violation " + what);
    }

    /** Several in a process: address, folder, the token to end at, a name, how many. */
    public static void main(String[] args) throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[4]); i++) {
            Thread thread =
                    new Thread(new LeaseClient(args[0], args[3] + "-" + i, Long.parseLong(args[2]), Path.of(args[1])));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
