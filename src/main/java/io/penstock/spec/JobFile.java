/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.util.Optional;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.Node;

/** The steps from a job file's text to its records. */
final class JobFile {

    private JobFile() {}

    static JobSpec parse(String fileName, String text, Function<String, String> environment, boolean withSecrets) {
        Problems problems = new Problems(fileName);
        Optional<Node> root = YamlText.compose(text, problems);
        if (root.isPresent()) {
            JobSpec job = new Binder(environment, withSecrets, problems).bind(root.get());
            if (job != null) {
                Checks.check(job, problems);
                if (problems.none()) {
                    return filled(job);
                }
            }
        }
        throw new SpecException(problems.sorted());
    }

    /** Where a job keeps its state unless it says otherwise. */
    static String stateDir(String jobName) {
        return "data/" + jobName + "/state";
    }

    /** Fallbacks that depend on other keys. */
    private static JobSpec filled(JobSpec job) {
        PipelineSpec pipeline = job.pipeline().orStateDir(stateDir(job.name()));
        return job.withPipeline(pipeline)
                .withDeadLetters(job.deadLetters().filled(job.name(), job.metadata() != null, pipeline.stateDir()))
                .withSinks(job.sinks().stream()
                        .map(sink -> sink instanceof KafkaSinkSpec kafka
                                ? kafka.orTransactionalIdPrefix("penstock-" + job.name() + "-" + kafka.name())
                                : sink)
                        .toList());
    }
}
