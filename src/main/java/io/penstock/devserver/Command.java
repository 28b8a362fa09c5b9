/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import org.bson.BsonDocument;

/** Answers one command at once, on the thread of its connection. */
@FunctionalInterface
interface Command {
    /**
     * The reply, without {@code operationTime}.
     *
     * @throws ServerError becomes the reply
     */
    BsonDocument run(Request request);
}
