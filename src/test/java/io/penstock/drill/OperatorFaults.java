/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** What an operator does to the job, and what may be wrong when they do. */
final class OperatorFaults {
    private static final Pattern SAVEPOINT = Pattern.compile("(\\S*/savepoint-[0-9a-f]+-[0-9a-f]+)");

    private OperatorFaults() {}

    /** The newest checkpoint is damaged after the job has ended; the one before is named instead. */
    static Duration corruptCheckpoint(Scene scene) throws Exception {
        scene.recovery().await();
        Awaitility.await("three checkpoints are kept")
                .atMost(Duration.ofMinutes(4))
                .until(() -> Checkpoints.of(scene).size() >= 3);
        scene.verbs.done("cancel");
        List<Path> kept = Checkpoints.of(scene);
        byte[] metadata = Files.readAllBytes(kept.get(0).resolve("_metadata"));
        for (int i = metadata.length / 4; i < metadata.length; i++) {
            metadata[i] ^= (byte) 0x5A;
        }
        Files.write(kept.get(0).resolve("_metadata"), metadata);
        Verbs.Said refused = scene.verbs.tried("resume");
        if (refused.exitCode() != 1 || !refused.output().contains("damaged")) {
            throw new IllegalStateException("a damaged checkpoint was not refused:\n" + refused.output());
        }
        scene.goesBack();
        Recovery recovery = scene.recovery();
        scene.verbs.done("resume", "--from", kept.get(1).toString());
        return recovery.await();
    }

    static Duration rescale(Scene scene) throws Exception {
        Duration longest = Duration.ZERO;
        for (int parallelism : List.of(1, 4, 2)) {
            Recovery recovery = scene.recovery();
            scene.verbs.done("rescale", "-p", Integer.toString(parallelism));
            Duration time = recovery.await();
            longest = time.compareTo(longest) > 0 ? time : longest;
        }
        return longest;
    }

    static Duration pause(Scene scene) throws Exception {
        scene.verbs.done("pause");
        Recovery recovery = scene.recovery();
        scene.verbs.done("resume");
        return recovery.await();
    }

    /** The savepoint is older than what the job has exported since: the job that is resumed goes on from its end all the same. */
    static Duration savepointCancelResume(Scene scene) throws Exception {
        scene.verbs.done("savepoint");
        scene.pause(3_000);
        scene.verbs.done("cancel");
        Recovery recovery = scene.recovery();
        scene.verbs.done("resume");
        return recovery.await();
    }

    static Duration rollback(Scene scene) throws Exception {
        String savepoint = savepoint(scene.verbs.done("savepoint"));
        scene.recovery().await();
        scene.pause(3_000);
        scene.goesBack();
        Recovery recovery = scene.recovery();
        scene.verbs.done("rollback", "--to", savepoint);
        return recovery.await();
    }

    private static String savepoint(String said) {
        Matcher matcher = SAVEPOINT.matcher(said);
        if (!matcher.find()) {
            throw new IllegalStateException("no savepoint is named in:\n" + said);
        }
        return matcher.group(1);
    }
}
