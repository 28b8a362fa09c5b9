/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;
import java.time.Duration;

/** How long the metadata store keeps what it was given; zero for ever. What is in it already keeps the limit that it was written with. */
public record RetentionSpec(
        @Key(
                        value = "Progress of a split that says nothing new any more: it is read, or its job is gone.",
                        fallback = "7 d",
                        min = "0 s")
                Duration progress,
        @Key(
                        value =
                                "Manifests, with their roots and receipts. Those that lie beside the files are not touched. `0 s` keeps them for ever.",
                        fallback = "0 s",
                        min = "0 s")
                Duration manifests)
        implements Serializable {}
