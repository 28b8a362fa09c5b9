/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.util.Optional;

/**
 * What a store knows of how far a job came, for a start that has no checkpoint.
 *
 * @param token of the life that told last
 * @param checkpoint the latest complete one of which its source told
 * @param position the stream's cluster time in it: what came before was read
 * @param epoch the greatest number of a pass that is known
 * @param generation the greatest of a manifest; 0 when there is none
 * @param sealed the last manifest, as JSON, whose changes, and all before them, are surely at all targets; empty when there is none
 */
public record LastKnown(
        long token, long checkpoint, long position, int epoch, int generation, Optional<byte[]> sealed) {}
