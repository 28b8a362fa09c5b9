/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.spec.KafkaSinkSpec;
import io.penstock.spec.KafkaSinkSpec.Format;
import io.penstock.spec.Secret;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sections of job files. */
final class Specs {
    private Specs() {}

    static KafkaSinkSpec spec(KafkaBroker broker, String topic, Format format, int partitions, String... properties) {
        return spec(broker.bootstrapServers(), topic, format, partitions, properties);
    }

    static KafkaSinkSpec spec(String servers, String topic, Format format, int partitions, String... properties) {
        Map<String, Secret> passed = new LinkedHashMap<>();
        for (int i = 0; i < properties.length; i += 2) {
            passed.put(properties[i], Secret.of(properties[i + 1]));
        }
        return new KafkaSinkSpec(
                "kafka", List.of(), servers, topic, format, partitions, 1, "penstock-test-" + topic, passed);
    }
}
