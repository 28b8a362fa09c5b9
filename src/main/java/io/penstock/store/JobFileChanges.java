/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.util.Map;

/** Tells what a changed job file means, for the audit log: the keys that changed, never their values, which may be secret. */
@FunctionalInterface
public interface JobFileChanges {
    /**
     * The details of a {@code configure} entry; empty when nothing has changed but comments and form.
     *
     * @param before the text of a job file, placeholders unresolved
     * @param after the text of the one that follows it
     */
    Map<String, String> between(String before, String after);
}
