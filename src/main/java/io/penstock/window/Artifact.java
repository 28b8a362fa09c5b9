/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.Namespace;
import io.penstock.record.RecordType;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * A file of a sink, written and not yet visible.
 *
 * @param sink the sink's name
 * @param path below the sink's own folder, with slashes
 * @param rows how many changes it holds, all of the namespace and the window
 * @param bytes its length
 * @param sha256 of those bytes
 * @param committable what the sink's committer needs; not looked into
 */
public record Artifact(
        String sink,
        Namespace namespace,
        long window,
        String path,
        long rows,
        long bytes,
        byte[] sha256,
        byte[] committable) {

    public static final TypeInformation<Artifact> TYPE = new RecordType<>(Artifact.class, ArtifactSerializer.INSTANCE);

    /** Once it is passed on, only what a manifest says of it is kept. */
    Artifact withoutCommittable() {
        return new Artifact(sink, namespace, window, path, rows, bytes, sha256, null);
    }
}
