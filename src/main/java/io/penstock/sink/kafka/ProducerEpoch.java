/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

/** As whom a transaction was written, in Kafka's own terms: the broker raises the epoch when another may go on under the same name. */
record ProducerEpoch(long producerId, short epoch) {}
