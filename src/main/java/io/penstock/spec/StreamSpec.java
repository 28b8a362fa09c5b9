/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;
import java.time.Duration;

/** How the change stream is read. */
public record StreamSpec(
        @Key(
                        value =
                                "The most events in one answer of the server; 0 leaves it to the server, which caps an answer at 16 MB.",
                        fallback = "0",
                        min = "0")
                int batchSize,
        @Key(
                        value = "How long the server may wait for an event before it answers with nothing.",
                        fallback = "1 s",
                        min = "1 ms",
                        max = "1 min")
                Duration maxAwaitTime)
        implements Serializable {}
