/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink;

import io.penstock.record.ChangeRecord;

/**
 * Turns a change into bytes: pure, the same change always gives the same bytes. An instance keeps texts that repeat from
 * record to record, so each writer has its own; not thread-safe.
 */
public interface ChangeEncoder {
    /** Appends one change. */
    void encode(ChangeRecord change, Bytes out);
}
