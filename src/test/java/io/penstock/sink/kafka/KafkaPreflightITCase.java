/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.Namespace;
import io.penstock.sink.kafka.KafkaPreflight.Report;
import io.penstock.spec.KafkaSinkSpec;
import io.penstock.spec.KafkaSinkSpec.Format;
import io.penstock.spec.PipelineSpec;
import io.penstock.spec.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaPreflightITCase {
    private static final PipelineSpec PIPELINE =
            new PipelineSpec(1, 1024, Duration.ofSeconds(5), Duration.ofMinutes(2), null, null);
    private static final Namespace CITIES = new Namespace("geo", "cities");
    private static final Namespace TOWNS = new Namespace("geo", "towns");

    @TempDir
    static Path directory;

    private static KafkaBroker broker;
    private static Admin admin;

    @BeforeAll
    static void start() throws Exception {
        broker = KafkaBroker.start(
                directory,
                Map.of(
                        "transaction.max.timeout.ms", "600000",
                        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        "allow.everyone.if.no.acl.found", "true"));
        admin = broker.admin();
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void nothingIsWrongAndNothingIsCreated() throws Exception {
        Report report = check("${namespace}", Format.JSON, "transaction.timeout.ms", "600000");
        assertThat(report.problems()).isEmpty();
        assertThat(report.warnings()).isEmpty();
        assertThat(admin.listTopics().names().get()).doesNotContain("geo.cities");
    }

    @Test
    void aTransactionTimeoutBeyondTheBrokersIsAProblem() {
        assertThat(check("t", Format.JSON).problems())
                .singleElement()
                .asString()
                .contains("transaction.timeout.ms is 900000 ms, the broker's transaction.max.timeout.ms 600000 ms");
    }

    @Test
    void aTransactionTimeoutWithinACheckpointIsAProblemAndOneWithoutTimeToRestartAWarning() {
        assertThat(check("t", Format.JSON, "transaction.timeout.ms", "125000").problems())
                .singleElement()
                .asString()
                .contains("a transaction may be open for 125000 ms");
        assertThat(check("t", Format.JSON, "transaction.timeout.ms", "126000").warnings())
                .anyMatch(text -> text.contains("too little time to restart"));
    }

    @Test
    void aTopicThatCannotBeCreatedIsAProblem() {
        KafkaSinkSpec spec = new KafkaSinkSpec(
                "kafka", List.of(), broker.bootstrapServers(), "tripled", Format.JSON, 1, 3, "penstock-x", timeout());
        assertThat(KafkaPreflight.check(spec, PIPELINE, List.of(CITIES)).problems())
                .singleElement()
                .asString()
                .contains("topic tripled does not exist and cannot be created")
                .contains("replication factor");
    }

    @Test
    void aTopicThatDoesNotFitIsAWarning() throws Exception {
        admin.createTopics(List.of(new NewTopic("compact", 2, (short) 1).configs(Map.of("cleanup.policy", "compact"))))
                .all()
                .get();
        assertThat(check("compact", Format.DEBEZIUM_JSON, "transaction.timeout.ms", "600000")
                        .warnings())
                .anyMatch(text -> text.contains("has 2 partitions, the job file says 1"))
                .anyMatch(text -> text.contains("takes messages of up to 1048588 bytes"))
                .anyMatch(text -> text.contains("format debezium-json has no tombstones"));
        KafkaSinkSpec shared = Specs.spec(broker, "shared", Format.JSON, 1, "transaction.timeout.ms", "600000");
        assertThat(KafkaPreflight.check(shared, PIPELINE, List.of(CITIES, TOWNS))
                        .warnings())
                .singleElement()
                .asString()
                .contains("topic shared takes [geo.cities, geo.towns]");
    }

    @Test
    void missingRightsAreNamed() throws Exception {
        admin.createTopics(List.of(new NewTopic("denied", 1, (short) 1))).all().get();
        deny(ResourceType.TOPIC, "denied", AclOperation.WRITE);
        assertThat(check("denied", Format.JSON, "transaction.timeout.ms", "600000")
                        .problems())
                .anyMatch(
                        text -> text.contains("cannot see topic denied: Topic authorization failed. The login needs"));

        deny(ResourceType.TRANSACTIONAL_ID, "penstock-test-locked", AclOperation.WRITE);
        assertThat(check("locked", Format.JSON, "transaction.timeout.ms", "600000")
                        .problems())
                .anyMatch(text -> text.contains("the login may not write in transactions")
                        && text.contains(
                                "WRITE and DESCRIBE on transactional ids with the prefix penstock-test-locked"));
    }

    @Test
    void aBrokerThatDoesNotAnswerIsNamed() {
        KafkaSinkSpec spec = Specs.spec("127.0.0.1:1", "t", Format.JSON, 1);
        assertThat(KafkaPreflight.check(spec, PIPELINE, List.of(CITIES)).problems())
                .singleElement()
                .asString()
                .contains("cannot reach a broker at 127.0.0.1:1");
    }

    private static Report check(String topic, Format format, String... properties) {
        return KafkaPreflight.check(Specs.spec(broker, topic, format, 1, properties), PIPELINE, List.of(CITIES));
    }

    private static Map<String, Secret> timeout() {
        return Map.of("transaction.timeout.ms", Secret.of("600000"));
    }

    private static void deny(ResourceType type, String name, AclOperation operation) throws Exception {
        admin.createAcls(List.of(new AclBinding(
                        new ResourcePattern(type, name, PatternType.PREFIXED),
                        new AccessControlEntry("User:ANONYMOUS", "*", operation, AclPermissionType.DENY))))
                .all()
                .get();
    }
}
