/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import io.penstock.record.Key;
import io.penstock.record.SourceRecord;

/** One key's state as the rules see it; whether a state backend or a map lies behind it is not their business. */
interface KeyState {
    Key key();

    /** Null when nothing is known. */
    Meta meta();

    /** Stores; null forgets. */
    void meta(Meta meta);

    /** Raw BSON of what was exported last; null when there is none, and always in mode {@code versions}. */
    byte[] image();

    /** Stores; null forgets. */
    void image(byte[] document);

    /** Null when nothing waits. */
    Waiting waiting();

    /** Stores, and asks to be woken when it is due; null forgets. */
    void waiting(Waiting waiting);

    /** The record in a slot, or null. */
    SourceRecord pending(int slot);

    /** Stores; null forgets. */
    void pending(int slot, SourceRecord record);
}
