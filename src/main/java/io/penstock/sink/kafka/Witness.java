/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

/**
 * Where one message of a transaction lies in the log: it tells whether the transaction was committed. The broker's answer to a commit
 * does not: a transaction that was committed by a run before may be "fenced", and so may one that was aborted. Brokers with transaction
 * protocol 2, the default of new Kafka 4 clusters, were seen to answer so when a job restored from a savepoint committed again
 * what had been committed. But a transaction is committed as a whole or not at all, and consumers that read committed transactions see
 * a message exactly if its transaction was committed. So one message that is seen proves that all are there, and one that is in the
 * log and that such a consumer steps over proves that none is.
 */
record Witness(String topic, int partition, long offset) {
    @Override
    public String toString() {
        return "offset " + offset + " of " + topic + "-" + partition;
    }
}
