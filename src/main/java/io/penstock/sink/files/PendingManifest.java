/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

/**
 * A manifest, or a root, that waits for its checkpoint to complete.
 *
 * @param path the final path
 * @param json what it will hold
 * @param replaced the path of one that this one says all of, and more; null when there is none
 */
public record PendingManifest(String path, byte[] json, String replaced) implements FilesCommittable {}
