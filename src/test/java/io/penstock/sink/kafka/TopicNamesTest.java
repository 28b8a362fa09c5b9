/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.Namespace;
import io.penstock.spec.KafkaSinkSpec.Format;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.api.Test;

class TopicNamesTest {
    @Test
    void aLegalNameStaysAsItIs() {
        assertThat(TopicNames.legal("geo.cities_v2-A")).isEqualTo("geo.cities_v2-A");
        assertThat(TopicNames.legal("a".repeat(249))).isEqualTo("a".repeat(249));
    }

    @Test
    void whatKafkaRefusesIsReplacedAndTheHashOfTheNameKeepsItApart() {
        assertThat(TopicNames.legal("geo.citiés")).isEqualTo("geo.citi-s-7f63d5c482ec");
        assertThat(TopicNames.legal("geo.citiös")).isNotEqualTo(TopicNames.legal("geo.citiés"));
        assertThat(TopicNames.legal("a".repeat(250))).hasSize(249).startsWith("a".repeat(236) + "-");
        assertThat(TopicNames.legal("a".repeat(251))).isNotEqualTo(TopicNames.legal("a".repeat(250)));
    }

    @Test
    void kafkasOwnTopicsAreNeverTaken() {
        for (String own : List.of("__consumer_offsets", "__transaction_state", ".", "..", "")) {
            assertThat(TopicNames.legal(own)).isNotEqualTo(own).satisfies(Topic::validate);
        }
    }

    @Property
    void kafkaTakesWhateverComesOut(@ForAll @StringLength(max = 300) String name) {
        Topic.validate(TopicNames.legal(name));
    }

    @Test
    void theTopicsNameIsMadeFromTheCollections() {
        assertThat(topic("cities")).isEqualTo("cities");
        assertThat(topic("${collection}")).isEqualTo("cities.eu");
        assertThat(topic("cdc-${database}-${collection}")).isEqualTo("cdc-geo-cities.eu");
        assertThat(topic("${namespace}")).isEqualTo("geo.cities.eu");
    }

    @Test
    void aTopicIsLookedAtOnceAndSharedByCollections() {
        List<String> ensured = new ArrayList<>();
        Topics topics = new Topics(Specs.spec("unused:1", "${collection}", Format.JSON, 1), ensured::add);
        assertThat(topics.of(new Namespace("a", "x"))).isEqualTo("x");
        assertThat(topics.of(new Namespace("a", "x"))).isEqualTo("x");
        assertThat(topics.of(new Namespace("b", "x"))).isEqualTo("x");
        assertThat(topics.of(new Namespace("b", "y"))).isEqualTo("y");
        assertThat(ensured).containsExactly("x", "y");
    }

    private static String topic(String template) {
        return Topics.name(Specs.spec("unused:1", template, Format.JSON, 1), new Namespace("geo", "cities.eu"));
    }
}
