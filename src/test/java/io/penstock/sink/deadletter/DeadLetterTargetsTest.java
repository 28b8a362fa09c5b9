/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.deadletter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.DeadLetter;
import io.penstock.record.DeadLetter.Reason;
import io.penstock.record.LetterEvent.Refused;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.spec.JobSpec;
import io.penstock.store.DeadLetters;
import io.penstock.store.LetterFilter;
import io.penstock.store.LetterStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job file says of dead letters goes to where the job runs. */
class DeadLetterTargetsTest {
    @TempDir
    private Path folder;

    private JobSpec job(String section) {
        String text =
                """
                name: orders
                source: {uri: "mongodb://localhost", collections: [shop.orders]}
                sinks: [{type: files, path: out}]
                pipeline: {state-dir: "state"}
                dead-letters: {%s}
                """
                        .formatted(section);
        return JobSpec.parse("orders.yaml", text, Map.of("LOGIN", "hunter2")::get)
                .below(folder);
    }

    @Test
    void lettersGoWhereThePolicySaysThatWasSentThere() throws Exception {
        JobSpec job = job("max-count: 7, max-rate: 0.5");
        DeadLetterPolicy sent = InstantiationUtil.clone(DeadLetterTargets.policy(job));
        assertThat(sent.maxCount()).isEqualTo(7);
        assertThat(sent.maxRate()).isEqualTo(0.5);
        DeadLetter letter = new DeadLetter(
                "files",
                Changes.insert(Changes.CITIES, "{_id: 1}", Version.event(1), Changes.bson("{_id: 1}")),
                Reason.REFUSED,
                "1",
                "no",
                1);
        try (DeadLetters letters = sent.target().open()) {
            letters.settle(List.of(new Refused(letter)));
        }
        assertThat(folder.resolve("state/dead-letters").resolve(letter.id() + ".change"))
                .exists();
        try (LetterStore letters = DeadLetterTargets.open(job)) {
            assertThat(letters.list(LetterFilter.ALL)).hasSize(1);
        }
    }

    @Test
    void secretsTravelAsPlaceholders() throws Exception {
        byte[] sent = InstantiationUtil.serializeObject(DeadLetterTargets.policy(
                job("type: kafka, bootstrap-servers: h, properties: {sasl.jaas.config: \"${LOGIN}\"}")));
        assertThat(new String(sent, ISO_8859_1)).contains("${LOGIN}").doesNotContain("hunter2");
    }
}
