/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.spec.KafkaSinkSpec;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** Whether a broker answers. Asked before the connector is opened, which leaves its producers behind when that fails. */
final class KafkaReach {
    private KafkaReach() {}

    /** @return how many brokers there are */
    static int check(KafkaSinkSpec spec) throws IOException {
        try (Admin admin = KafkaProperties.admin(spec)) {
            return admin.describeCluster().nodes().get().size();
        } catch (ExecutionException e) {
            throw new IOException(
                    "no broker of " + spec.bootstrapServers() + " answers: "
                            + e.getCause().getMessage(),
                    e.getCause());
        } catch (KafkaException e) {
            throw new IOException(
                    "cannot make a client for " + spec.bootstrapServers() + ": " + KafkaPreflight.said(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a broker");
        }
    }
}
