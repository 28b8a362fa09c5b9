/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import org.bson.BsonDocument;

/**
 * One answer to a client.
 *
 * @param responseTo the number of the request that it answers
 * @param body the answer
 * @param legacy whether it goes out as OP_REPLY
 */
record WireReply(int responseTo, BsonDocument body, boolean legacy) {}
