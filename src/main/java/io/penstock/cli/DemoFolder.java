/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.util.FileUtils;

/** The folder of a demonstration: its job file, its state and its export; made anew each time. */
record DemoFolder(Path root) {
    /** By this file a later demonstration knows that it may clear the folder. */
    private static final String MARK = "demo.yaml";

    /** The rate makes the snapshot take some seconds, so that there is a middle of it in which to kill. */
    private static final String JOB =
            """
            # Written by `penstock demo`. MONGODB_URI is the address of the demo's own server.
            name: demo
            source:
              type: mongodb
              uri: ${MONGODB_URI}
              collections: [geo.cities]
              snapshot:
                split-size: 512 kb
                max-documents-per-second: 4000
            sinks:
              - type: files
                path: export
                format: ndjson
            pipeline:
              parallelism: 2
              checkpoint-interval: 1 s
              state-dir: state
            """;

    /**
     * Makes the folder, and clears what an earlier demonstration left in it.
     *
     * @throws Failure when it holds anything else
     */
    static DemoFolder create(Path root) throws IOException {
        Path mark = root.resolve(MARK);
        if (Files.exists(root)) {
            try (var children = Files.list(root)) {
                if (!Files.exists(mark) && children.findAny().isPresent()) {
                    throw Failure.failed(root + " is not empty, and no earlier demo made it: give another --dir");
                }
            }
            FileUtils.deleteDirectory(root.toFile());
        }
        Files.createDirectories(root);
        Files.writeString(mark, JOB);
        return new DemoFolder(root);
    }

    Path job() {
        return root.resolve(MARK);
    }

    Path export() {
        return root.resolve("export");
    }

    /** What the two runs print. */
    Path output() {
        return root.resolve("run.log");
    }
}
