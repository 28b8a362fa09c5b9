/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever combination of faults a job file has, each is reported once, at its line, and nothing else is. */
class FaultsPropertyTest {

    private static final List<String> VALID =
            """
            name: cities
            source:
              type: mongodb
              uri: ${URI}
              collections:
                - geo.cities
                - /shop\\..*/
              snapshot:
                split-size: 64 mb
                max-documents-per-second: 20000
                read-preference: secondaryPreferred
                adaptive: true
              stream:
                max-await-time: 500 ms
              startup:
                mode: latest-offset
            reconcile:
              mode: images
              tombstone-grace: 2 h
            sinks:
              - type: files
                path: data/export
                format: ndjson
              - type: kafka
                bootstrap-servers: localhost:9092
                topic: "${database}.${collection}"
                partitions: 4
                properties:
                  linger.ms: 5
            windows:
              every: 1 min
            pipeline:
              parallelism: 2
              max-parallelism: 1024
              checkpoint-interval: 5 s
              state-dir: data/state
            """
                    .lines()
                    .toList();

    private static final Map<String, String> ENVIRONMENT = Map.of("URI", "mongodb://localhost:1");

    /** A line of the valid file, what takes its place, and what is to be said; at the line, unless said otherwise. */
    enum Fault {
        NAME("name: cities", "name: Cities!", "matching [a-z0-9]"),
        UNSET("  uri: ${URI}", "  uri: ${URL}", "the environment variable URL is not set"),
        NAMESPACE("    - geo.cities", "    - cities", "a full name is database.collection"),
        REGEX("    - /shop\\..*/", "    - /shop(/", "the regular expression is wrong"),
        SIZE("    split-size: 64 mb", "    split-size: 64 mega", "expected a size"),
        RANGE("    max-documents-per-second: 20000", "    max-documents-per-second: -5", "of at least 0"),
        ENUM("    read-preference: secondaryPreferred", "    read-preference: secondry", "did you mean 'secondary'?"),
        BOOLEAN("    adaptive: true", "    adaptive: maybe", "expected true or false"),
        DURATION("    max-await-time: 500 ms", "    max-await-time: [500 ms]", "expected a duration"),
        NEEDS("    mode: latest-offset", "    mode: progress", "it needs the section 'metadata'"),
        PLANNED("reconcile:", "transform: {}\nreconcile:", "'transform' is not built yet"),
        SLIP("  tombstone-grace: 2 h", "  tombstone-grase: 2 h", "did you mean 'tombstone-grace'?"),
        DUPLICATE("  mode: images", "  mode: images\n  mode: images", "duplicate key 'mode'", 1),
        TYPE("    format: ndjson", "    format: 5", "expected one of bson, ndjson, parquet, found the number '5'"),
        MISSING("    bootstrap-servers: localhost:9092", "    # none", "missing key 'bootstrap-servers'", -1),
        WORD("    topic: \"${database}.${collection}\"", "    topic: ${colection}", "did you mean '${collection}'?"),
        PARTITIONS("    partitions: 4", "    partitions: 4.5", "expected a whole number"),
        OWN("      linger.ms: 5", "      transactional.id: 5", "is set by the job"),
        WINDOW("  every: 1 min", "  every: 1", "of at least 1 s"),
        CROSS("  parallelism: 2", "  parallelism: 1025", "greater than pipeline.max-parallelism"),
        INTERVAL("  checkpoint-interval: 5 s", "  checkpoint-interval:", "found nothing"),
        EXTRA("windows:", "lineage: {}\nwindows:", "unknown key 'lineage'");

        final String line;
        final String instead;
        final String message;
        final int offset;

        Fault(String line, String instead, String message) {
            this(line, instead, message, 0);
        }

        Fault(String line, String instead, String message, int offset) {
            this.line = line;
            this.instead = instead;
            this.message = message;
            this.offset = offset;
        }
    }

    @Provide
    Arbitrary<Set<Fault>> faults() {
        Fault[] all = Fault.values();
        return Arbitraries.of(all).set().ofMinSize(0).ofMaxSize(all.length);
    }

    @Property(tries = 500)
    void everySubsetOfFaultsIsReportedCompletely(@ForAll("faults") Set<Fault> faults) {
        Map<String, Fault> byLine = new HashMap<>();
        faults.forEach(fault -> byLine.put(fault.line, fault));
        List<String> text = new ArrayList<>();
        Map<Integer, Fault> expected = new HashMap<>();
        for (String line : VALID) {
            Fault fault = byLine.get(line);
            if (fault != null) {
                expected.put(text.size() + 1 + fault.offset, fault);
            }
            text.addAll(Arrays.asList((fault == null ? line : fault.instead).split("\n")));
        }

        List<SpecProblem> problems = problems(String.join("\n", text));

        assertThat(problems).hasSameSizeAs(faults).isSortedAccordingTo(Comparator.comparingInt(SpecProblem::line));
        assertThat(problems).allSatisfy(problem -> assertThat(expected.get(problem.line()))
                .isNotNull()
                .satisfies(fault -> assertThat(problem.toString()).contains(fault.message)));
    }

    private static List<SpecProblem> problems(String text) {
        try {
            JobSpec.parse("a.yaml", text, ENVIRONMENT::get);
            return List.of();
        } catch (SpecException e) {
            return e.problems();
        }
    }
}
