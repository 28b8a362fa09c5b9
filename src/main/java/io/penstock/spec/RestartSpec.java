/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;
import java.time.Duration;

/** How a failed job is started again: after a delay that doubles with each failure in a row; ten minutes without one end a row. */
public record RestartSpec(
        @Key(
                        value = "How many failures in a row are followed by another start; 0 fails the job at once.",
                        fallback = "10",
                        min = "0")
                int attempts,
        @Key(value = "The wait before the first start.", fallback = "1 s", min = "1 ms") Duration initialDelay,
        @Key(value = "The longest wait.", fallback = "1 min", min = "1 ms") Duration maxDelay)
        implements Serializable {}
