/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import io.penstock.cluster.ClusterException;
import io.penstock.cluster.local.FlinkProcess.Role;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** Starts processes that outlive this one. */
record Launcher(Commands commands, ClusterFolder folder, FlinkInstallation flink, Map<String, String> more) {
    /** Starts it in this process's folder and environment; what it prints goes to its {@code .out} file. */
    FlinkProcess start(Role role, String name, int place) {
        try {
            Files.createDirectories(folder.temporary(name));
            Files.createDirectories(folder.log());
            ProcessBuilder builder = new ProcessBuilder(commands.of(role, name))
                    .redirectErrorStream(true)
                    .redirectInput(Redirect.from(new File("/dev/null")))
                    .redirectOutput(output(name).toFile());
            Map<String, String> environment = builder.environment();
            environment.putAll(more);
            environment.put("FLINK_CONF_DIR", folder.conf().toString());
            environment.put("FLINK_LIB_DIR", flink.lib().toString());
            environment.put("FLINK_PLUGINS_DIR", flink.plugins().toString());
            environment.put("FLINK_LOG_DIR", folder.log().toString());
            Process process = builder.start();
            Instant started = process.info().startInstant().orElseGet(Instant::now);
            return new FlinkProcess(role, name, place, process.pid(), started);
        } catch (IOException e) {
            throw new ClusterException("cannot start " + name, e);
        }
    }

    /** What a process printed; its log is beside it. */
    Path output(String name) {
        return folder.log().resolve(name + ".out");
    }
}
