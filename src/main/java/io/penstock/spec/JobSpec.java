/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * A job file. The records are values and may travel inside a job graph: they hold secrets as placeholders, see {@link
 * Secret}.
 *
 * @param metadata null for a job without a metadata store: its record lies beside its checkpoints
 */
@NotBuiltYet("transform")
public record JobSpec(
        @Key(
                        value = "The job's name: of its state, its transactions, its line in every list.",
                        pattern = "[a-z0-9][a-z0-9_-]*")
                String name,
        @Key("Where documents come from.") SourceSpec source,
        @Key("How snapshot rows and changes are made into one history per document.") ReconcileSpec reconcile,
        @Key(value = "Where changes go: one entry a target.", min = "1") List<SinkSpec> sinks,
        @Key(
                        "What becomes of changes that a target refuses for themselves: where they are kept, and how many there may be.")
                DeadLettersSpec deadLetters,
        @Key("How history is cut into windows of cluster time.") WindowsSpec windows,
        @Key(
                        value =
                                "A database for what is known of the job: its record and lease, progress, manifests and audit log."
                                        + " Left out, the record lies in the state folder, and manifests beside the files only.",
                        optional = true)
                MetadataSpec metadata,
        @Key("How the job runs.") PipelineSpec pipeline)
        implements Serializable {

    /**
     * Reads a job file.
     *
     * @param fileName how problems name the file
     * @param text YAML, possibly with placeholders
     * @param environment returns null for a variable that isn't set; usually {@code System::getenv}
     * @throws SpecException with everything that is wrong
     */
    public static JobSpec parse(String fileName, String text, Function<String, String> environment) {
        return JobFile.parse(fileName, text, environment, true);
    }

    /**
     * Reads a job file where the secrets' variables needn't be set, as on the client that submits a job to a cluster:
     * secrets are found where the job runs. Everything else is resolved and checked here.
     *
     * @throws SpecException with everything that is wrong
     */
    public static JobSpec parseWithoutSecrets(String fileName, String text, Function<String, String> environment) {
        return JobFile.parse(fileName, text, environment, false);
    }

    /** The same job from another source, as for a server that was started for this run. */
    public JobSpec withSource(SourceSpec other) {
        return new JobSpec(name, other, reconcile, sinks, deadLetters, windows, metadata, pipeline);
    }

    /** The same job with its metadata elsewhere, as for a server that was started for this run. */
    public JobSpec withMetadata(MetadataSpec other) {
        return new JobSpec(name, source, reconcile, sinks, deadLetters, windows, other, pipeline);
    }

    /** The same job, run in another way. */
    public JobSpec withPipeline(PipelineSpec other) {
        return new JobSpec(name, source, reconcile, sinks, deadLetters, windows, metadata, other);
    }

    /**
     * The same job with its local paths made absolute, for processes that run in another working folder: where it keeps its state,
     * the folders of its files sinks, and that of its dead letters. URIs stay as they are.
     */
    public JobSpec below(Path folder) {
        return withPipeline(pipeline.withStateDir(absolute(pipeline.stateDir(), folder)))
                .withSinks(sinks.stream()
                        .map(sink -> sink instanceof FilesSinkSpec files
                                ? files.withPath(absolute(files.path(), folder))
                                : sink)
                        .toList())
                .withDeadLetters(
                        deadLetters.path() == null
                                ? deadLetters
                                : deadLetters.withPath(absolute(deadLetters.path(), folder)));
    }

    private static String absolute(String path, Path folder) {
        boolean isUri = path.matches("[a-zA-Z][a-zA-Z0-9+.-]*:/.*");
        return isUri ? path : folder.resolve(path).normalize().toString();
    }

    /** The same job with another place for its dead letters. */
    JobSpec withDeadLetters(DeadLettersSpec other) {
        return new JobSpec(name, source, reconcile, sinks, other, windows, metadata, pipeline);
    }

    /** The same job with other targets. */
    public JobSpec withSinks(List<SinkSpec> others) {
        return new JobSpec(name, source, reconcile, List.copyOf(others), deadLetters, windows, metadata, pipeline);
    }
}
