/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.cluster.Resumption;
import io.penstock.cluster.Resumption.Prepared;
import io.penstock.cluster.Rollback;
import io.penstock.source.server.DriverServerFactory;
import io.penstock.source.server.SourceServer;
import io.penstock.spec.JdbcSinkSpec;
import io.penstock.spec.JobSpec;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.spec.MongoSinkSpec;
import io.penstock.spec.SinkSpec;
import io.penstock.store.StoredState;
import java.io.IOException;
import java.util.function.Consumer;

/** What {@code rollback}, and {@code resume} from an older point, have in common. */
final class Rollbacks {
    private Rollbacks() {}

    /** Ends the job and notes the rollback; says what the targets' readers will see. */
    static Prepared to(Operation operation, String path, Consumer<String> says) throws IOException {
        Rollback rollback =
                new Rollback(operation.job(), () -> sourceTime(operation.file().spec()));
        StoredState target = rollback.target(path);
        Prepared prepared = rollback.prepare(target);
        int revision = prepared.read().value().rollbacks().size();
        says.accept(operation.name() + " is rolled back to " + target.path());
        says.accept("  what it exports again has revision " + revision
                + " at most; the greatest (version, revision) of a key is its" + " document");
        operation.file().spec().sinks().forEach(sink -> says.accept("  " + sink.name() + ": " + seen(sink)));
        return prepared;
    }

    /** The same when the path is older than where the job got to; else a plain continuation. */
    static Prepared toOlder(Operation operation, String path, Consumer<String> says) throws IOException {
        if (operation.job().isRunning()) {
            throw Failure.failed(operation.name() + " runs. To take it back: penstock rollback --to " + path);
        }
        StoredState asked = new Rollback(operation.job(), () -> 0).target(path);
        Resumption resumption = new Resumption(operation.job());
        return resumption.isNewest(asked) ? resumption.prepare() : to(operation, path, says);
    }

    private static String seen(SinkSpec sink) {
        if (sink instanceof JdbcSinkSpec || sink instanceof MongoSinkSpec) {
            return "the target keeps what it has; what came after the savepoint is written over it once more";
        }
        return sink instanceof KafkaSinkSpec
                ? "the topic keeps what it has; what came after the savepoint is appended once more"
                : "the files that are there stay; what came after the savepoint comes once more, in new files";
    }

    private static long sourceTime(JobSpec spec) {
        try (SourceServer server = new DriverServerFactory(spec.source()).open()) {
            return server.operationTime();
        } catch (IllegalStateException e) {
            throw Failure.failed(
                    "a rollback asks the source for its time, and its address is not known here: " + e.getMessage(), e);
        }
    }
}
