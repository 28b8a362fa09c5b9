/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.List;

/**
 * Somebody who may log in.
 *
 * @param credentials what the password is checked with
 * @param privileges what they may do; null for everything (the role root)
 */
record User(String name, ScramCredentials credentials, List<Privilege> privileges) {
    boolean isRoot() {
        return privileges == null;
    }

    boolean may(String db, String collection, String action) {
        return isRoot() || privileges.stream().anyMatch(privilege -> privilege.allows(db, collection, action));
    }
}
