/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.deadletter;

import io.penstock.store.DeadLetterTarget;
import java.io.Serializable;

/**
 * What a sink does with changes that its target refuses for themselves.
 *
 * @param target where they are kept; null when there is no such place, and a refused change fails the job
 * @param maxCount how many letters of the sink may be open; one more stops the job
 * @param maxRate which share of a sink's changes may be refused, 0 to 1; counted over the changes of a checkpoint, or over
 *     {@value SetAside#LEAST_CHANGES} when those are fewer. A greater one stops the job
 */
public record DeadLetterPolicy(DeadLetterTarget target, long maxCount, double maxRate) implements Serializable {
    /** A refused change fails the job. */
    public static final DeadLetterPolicy NONE = new DeadLetterPolicy(null, 0, 0);
}
