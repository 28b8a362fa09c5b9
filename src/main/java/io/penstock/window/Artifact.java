/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.Delivery.Refused;
import io.penstock.record.Namespace;
import io.penstock.record.RecordType;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * A file of a sink, written and not yet visible; or what such a sink says of a dead letter, which travels the same way.
 *
 * @param sink the sink's name
 * @param path below the sink's own folder, with slashes; null when there is no file
 * @param rows how many changes it holds, all of the namespace and the window
 * @param bytes its length
 * @param sha256 of those bytes
 * @param committable what the sink's committer needs; not looked into
 * @param refused a change that is in no file, since it was refused for itself; else null
 */
public record Artifact(
        String sink,
        Namespace namespace,
        long window,
        String path,
        long rows,
        long bytes,
        byte[] sha256,
        byte[] committable,
        Refused refused) {

    public static final TypeInformation<Artifact> TYPE = new RecordType<>(Artifact.class, ArtifactSerializer.INSTANCE);

    /** A file. */
    public Artifact(
            String sink,
            Namespace namespace,
            long window,
            String path,
            long rows,
            long bytes,
            byte[] sha256,
            byte[] committable) {
        this(sink, namespace, window, path, rows, bytes, sha256, committable, null);
    }

    /** No file, but something for the sink's committer; {@code refused} may be null. */
    public static Artifact ofLetter(
            String sink, Namespace namespace, long window, Refused refused, byte[] committable) {
        return new Artifact(sink, namespace, window, null, 0, 0, null, committable, refused);
    }

    boolean isFile() {
        return path != null;
    }

    /** Whether a manifest says something of it. */
    boolean isTold() {
        return isFile() || refused != null;
    }

    /** Once it is passed on, only what a manifest says of it is kept. */
    Artifact withoutCommittable() {
        return new Artifact(sink, namespace, window, path, rows, bytes, sha256, null, refused);
    }
}
