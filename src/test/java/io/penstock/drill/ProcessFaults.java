/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What happens to the processes of the cluster. */
final class ProcessFaults {
    /** At most so long until somebody, or something, starts again what died. */
    private static final int UNTIL_STARTED_AGAIN = 4_000;

    private static final int FROZEN_SECONDS = 30;

    private ProcessFaults() {}

    static Duration killTaskManager(Scene scene) throws Exception {
        scene.pause(2_000);
        return kill(scene, List.of(taskManager(scene)));
    }

    /** In the moment when a checkpoint is complete and nothing of it is committed. */
    static Duration killBeforeCommit(Scene scene) throws Exception {
        ProcessHandle victim = taskManager(scene);
        long complete = Checkpoints.awaitNext(scene);
        victim.destroyForcibly();
        scene.note("killed with " + scene.uncommittedFiles(complete) + " files sealed and not committed");
        return kill(scene, List.of(victim));
    }

    static Duration killJobManager(Scene scene) throws Exception {
        scene.pause(2_000);
        return kill(scene, List.of(scene.flink.jobManager()));
    }

    static Duration killBoth(Scene scene) throws Exception {
        scene.pause(2_000);
        return kill(scene, List.of(scene.flink.jobManager(), taskManager(scene)));
    }

    private static ProcessHandle taskManager(Scene scene) {
        List<ProcessHandle> all = scene.flink.taskManagers();
        return all.get(scene.random.nextInt(all.size()));
    }

    private static Duration kill(Scene scene, List<ProcessHandle> victims) throws Exception {
        boolean jobManager = victims.contains(scene.flink.jobManager());
        victims.forEach(ProcessHandle::destroyForcibly);
        Recovery recovery = scene.recovery();
        scene.pause(UNTIL_STARTED_AGAIN);
        scene.flink.start();
        if (jobManager && !scene.highlyAvailable) {
            scene.verbs.done("resume");
        }
        return recovery.await();
    }

    /** The job goes on without it; what it still wants to do when it wakes up must change nothing. */
    static Duration freezeTaskManager(Scene scene) throws Exception {
        scene.pause(2_000);
        long pid = taskManager(scene).pid();
        long begun = System.nanoTime();
        Child.signal(pid, "STOP");
        Recovery recovery = scene.recovery();
        recovery.tried(Duration.ofSeconds(FROZEN_SECONDS));
        TimeUnit.NANOSECONDS.sleep(TimeUnit.SECONDS.toNanos(FROZEN_SECONDS) - (System.nanoTime() - begun));
        Child.signal(pid, "CONT");
        Duration time = recovery.await();
        scene.flink.start();
        scene.recovery().await();
        return time;
    }
}
