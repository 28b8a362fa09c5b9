/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import com.mongodb.client.model.Filters;
import io.penstock.job.ExportView;
import io.penstock.record.Key;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Waits until a write is in every export; begun by that write. */
final class Recovery {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final Scene scene;
    private final long begun = System.nanoTime();
    private final ByteBuffer expected;
    private Optional<Duration> time = Optional.empty();

    Recovery(Scene scene) {
        this.scene = scene;
        scene.write();
        expected = ExportView.documents(scene.source.documents().filter(Filters.eq(Scene.PROBE)))
                .values()
                .iterator()
                .next();
    }

    /** How long it took since this was begun; empty when it takes longer than the limit. */
    Optional<Duration> tried(Duration limit) throws Exception {
        while (time.isEmpty()) {
            if (isThere()) {
                time = Optional.of(Duration.ofNanos(System.nanoTime() - begun));
            } else if (System.nanoTime() - begun > limit.toNanos()) {
                break;
            } else {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        return time;
    }

    /**
     * The same.
     *
     * @throws IllegalStateException when it takes more than four minutes
     */
    Duration await() throws Exception {
        return tried(LIMIT).orElseThrow(() -> new IllegalStateException("the job did not recover within " + LIMIT));
    }

    private boolean isThere() throws IOException {
        Key key = Key.of(expected.array());
        for (Export export : scene.exports) {
            byte[] found = export.read().document(key);
            if (found == null || !expected.equals(ByteBuffer.wrap(found))) {
                return false;
            }
        }
        return true;
    }
}
