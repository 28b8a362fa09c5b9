/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import org.bson.BsonDocument;

/**
 * One command from a client.
 *
 * @param requestId the client's number, to be repeated in the reply
 * @param body the command, document sequences merged into it as arrays, always with {@code $db}
 * @param moreToCome whether the client expects no reply (an unacknowledged write)
 * @param legacy whether it came as OP_QUERY (a driver's first hello), which wants an OP_REPLY
 */
record WireRequest(int requestId, BsonDocument body, boolean moreToCome, boolean legacy) {
    /** The command's name: the body's first field. */
    String command() {
        return body.getFirstKey();
    }

    WireReply reply(BsonDocument document) {
        return new WireReply(requestId, document, legacy);
    }
}
