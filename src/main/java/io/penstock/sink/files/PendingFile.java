/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.Namespace;

/**
 * A file that is written and waits for its checkpoint to complete.
 *
 * @param recoverable what the file system needs to give the file its final name, as its serializer wrote it
 * @param recoverableVersion that serializer's version
 * @param path the final path
 * @param window the window of all its changes
 * @param rows how many changes it holds
 * @param bytes its length, compressed as it is
 * @param sha256 the hash of those bytes
 */
public record PendingFile(
        byte[] recoverable,
        int recoverableVersion,
        String path,
        Namespace namespace,
        long window,
        long rows,
        long bytes,
        byte[] sha256)
        implements FilesCommittable {}
