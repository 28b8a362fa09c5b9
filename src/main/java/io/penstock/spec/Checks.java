/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import com.mongodb.ConnectionString;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Checks that concern more than one key, or that no range or pattern tells. What rests on a key that is already known to
 * be wrong is not checked: the fallback that stands in its place would only lead astray.
 */
final class Checks {

    /** A password written out: {@code user:password@}, where the password doesn't begin with a placeholder. */
    private static final Pattern PASSWORD_IN_URI = Pattern.compile("mongodb(\\+srv)?://[^:/@]*:(?!\\$\\{)[^/@]+@");

    /** The driver's parameter, where its value doesn't begin with a placeholder. */
    private static final Pattern PASSWORD_IN_URL = Pattern.compile("(?i)[?&](ssl)?password=(?!\\$\\{)[^&]");

    private static final Pattern SECRET_PROPERTY =
            Pattern.compile("(?i).*(password|secret|jaas\\.config|private\\.?key|keystore\\.key|token|credential).*");

    /** Producer properties on which exactly-once rests, and those that have a key of their own. */
    private static final Set<String> OWN_PROPERTIES =
            Set.of("bootstrap.servers", "transactional.id", "enable.idempotence", "key.serializer", "value.serializer");

    /** The same of dead letters, which are acknowledged by all replicas. */
    private static final Set<String> OWN_LETTER_PROPERTIES = Set.of(
            "bootstrap.servers",
            "transactional.id",
            "enable.idempotence",
            "acks",
            "key.serializer",
            "value.serializer",
            "key.deserializer",
            "value.deserializer",
            "group.id",
            "isolation.level",
            "auto.offset.reset");

    private final JobSpec job;
    private final Problems problems;

    private Checks(JobSpec job, Problems problems) {
        this.job = job;
        this.problems = problems;
    }

    static void check(JobSpec job, Problems problems) {
        Checks checks = new Checks(job, problems);
        if (job.source() != null) {
            checks.source(job.source());
        }
        if (job.metadata() != null) {
            checks.uri("metadata.uri", job.metadata().uri());
        }
        checks.sinks();
        checks.deadLetters(job.deadLetters());
        checks.windowsAndPipeline();
    }

    private void source(SourceSpec source) {
        uri("source.uri", source.uri());
        unique("source.collections", source.collections(), "collection");
        boolean timestampNeeded = source.startup().mode() == StartupSpec.Mode.TIMESTAMP;
        refuse(
                timestampNeeded && source.startup().timestamp() == null,
                "missing with mode: timestamp",
                "source.startup.timestamp",
                "source.startup.mode");
        refuse(
                !timestampNeeded && source.startup().timestamp() != null,
                "only with mode: timestamp",
                "source.startup.timestamp",
                "source.startup.mode");
        refuse(
                source.startup().mode() == StartupSpec.Mode.PROGRESS && job.metadata() == null,
                "progress is what a metadata store knows of the job: it needs the section 'metadata'",
                "source.startup.mode",
                "metadata");
        refuse(
                source.snapshot().readPreference() == SnapshotSpec.ReadPreferenceMode.PRIMARY
                        && !source.snapshot().tags().isEmpty(),
                "the primary is read whatever its tags; choose another read-preference",
                "source.snapshot.tags",
                "source.snapshot.read-preference");
    }

    private void uri(String path, Secret uri) {
        if (uri == null) {
            return;
        }
        refuse(
                PASSWORD_IN_URI.matcher(uri.template()).find(),
                "a password is written out here; put it into an environment variable: mongodb://user:${PASSWORD}@host",
                path);
        uri.value()
                .filter(text -> !text.equals("embedded") && !isConnectionString(text))
                .ifPresent(text -> problems.add(
                        path,
                        "expected mongodb://…, mongodb+srv://… or embedded, found something else"
                                + " (not shown; special characters in a password have to be percent-encoded)"));
    }

    private static boolean isConnectionString(String text) {
        if (text.startsWith("mongodb+srv://")) {
            return true; // reading it would ask the name service
        }
        try {
            return !new ConnectionString(text).getHosts().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void sinks() {
        Map<String, String> names = new HashMap<>();
        Map<Path, String> folders = new HashMap<>();
        Map<String, String> prefixes = new HashMap<>();
        for (int i = 0; i < job.sinks().size(); i++) {
            SinkSpec sink = job.sinks().get(i);
            String path = "sinks[" + i + "]";
            if (sink == null) {
                continue;
            }
            String first = names.putIfAbsent(sink.name(), path);
            refuse(
                    first != null,
                    "the name '" + sink.name() + "' is " + first + "'s already; give each sink a name of its own",
                    path + ".name");
            collections(sink, path + ".collections");
            if (sink instanceof FilesSinkSpec files && files.path() != null) {
                files(files, path, folders);
                ColumnChecks.check(files, path, problems);
            } else if (sink instanceof KafkaSinkSpec kafka) {
                kafka(kafka, path, prefixes);
            } else if (sink instanceof JdbcSinkSpec jdbc) {
                jdbc(jdbc, path);
            } else if (sink instanceof MongoSinkSpec mongo) {
                uri(path + ".uri", mongo.uri());
                refuse(
                        mongo.uri() != null && mongo.uri().template().equals("embedded"),
                        "the development server is a source: start one of its own for a target",
                        path + ".uri");
                refuse(
                        mongo.mode() == MongoSinkSpec.Mode.UPSERT && mongo.whenDown() == WhenDown.FALL_BEHIND,
                        "fall-behind is only with mode: transactional",
                        path + ".when-down",
                        path + ".mode");
                maxBehind(mongo.whenDown(), path);
            }
        }
    }

    private void collections(SinkSpec sink, String path) {
        unique(path, sink.collections(), "collection");
        for (int i = 0; i < sink.collections().size(); i++) {
            CollectionSelector entry = sink.collections().get(i);
            refuse(
                    entry != null
                            && job.source() != null
                            && job.source().collections().stream()
                                    .noneMatch(other -> other != null && entry.mayMeet(other)),
                    "selects nothing that source.collections does",
                    path + "[" + i + "]",
                    "source.collections");
        }
    }

    private void files(FilesSinkSpec files, String path, Map<Path, String> folders) {
        if (!problems.sound(path + ".path")) {
            return;
        }
        Path folder = folder(files.path());
        folders.forEach((other, owner) -> refuse(
                folder.startsWith(other) || other.startsWith(folder),
                "is, or overlaps, the folder of " + owner,
                path + ".path"));
        folders.putIfAbsent(folder, path);
        Path state =
                folder(job.pipeline().orStateDir(JobFile.stateDir(job.name())).stateDir());
        refuse(
                folder.startsWith(state) || state.startsWith(folder),
                "is, or overlaps, pipeline.state-dir (" + state + ")",
                path + ".path",
                "pipeline.state-dir");
    }

    /** A folder to compare with others; a URI's scheme counts as a folder too. */
    static Path folder(String path) {
        return Path.of(path).normalize();
    }

    private void kafka(KafkaSinkSpec kafka, String path, Map<String, String> prefixes) {
        if (kafka.topic() != null && problems.sound(path + ".topic")) {
            String topic = kafka.topicFor("d", "c");
            refuse(
                    !topic.matches("[a-zA-Z0-9._-]{1,249}") || topic.matches("\\.{1,2}"),
                    "not a topic's name: Kafka allows up to 249 letters, digits, '.', '_' and '-'",
                    path + ".topic");
        }
        if (kafka.transactionalIdPrefix() != null) {
            String first = prefixes.putIfAbsent(kafka.transactionalIdPrefix(), path);
            refuse(
                    first != null,
                    "is " + first + "'s already; transactions would cut each other off",
                    path + ".transactional-id-prefix");
        }
        kafkaProperties(kafka.properties(), OWN_PROPERTIES, path + ".properties");
    }

    private void kafkaProperties(Map<String, Secret> properties, Set<String> own, String path) {
        properties.forEach((name, value) -> {
            String property = path + "." + name;
            refuse(own.contains(name), "is set by the job; remove it", property);
            refuse(
                    value != null && SECRET_PROPERTY.matcher(name).matches() && !Placeholders.in(value.template()),
                    "a secret is written out here; put it, or its secret part, into an environment variable: ${NAME}",
                    property);
        });
    }

    private void deadLetters(DeadLettersSpec letters) {
        String type = "dead-letters.type";
        refuse(
                letters.type() == DeadLettersSpec.Type.METADATA && job.metadata() == null,
                "the metadata store is named by the section 'metadata', which the job does not have; files keeps dead letters in a folder",
                type,
                "metadata");
        onlyWith(DeadLettersSpec.Type.FILES, "path");
        for (String key : List.of("bootstrap-servers", "topic", "properties")) {
            onlyWith(DeadLettersSpec.Type.KAFKA, key);
        }
        refuse(
                letters.type() == DeadLettersSpec.Type.KAFKA && letters.bootstrapServers() == null,
                "missing with type: kafka",
                "dead-letters.bootstrap-servers",
                type);
        refuse(
                letters.topic() != null && letters.topic().matches("\\.{1,2}"),
                "not a topic's name",
                "dead-letters.topic");
        kafkaProperties(letters.properties(), OWN_LETTER_PROPERTIES, "dead-letters.properties");
        if (letters.path() != null) {
            letterFolder(folder(letters.path()));
        }
    }

    private void onlyWith(DeadLettersSpec.Type type, String key) {
        refuse(
                problems.isGiven("dead-letters." + key) && job.deadLetters().type() != type,
                "only with type: " + Keys.spellings(type).get(0),
                "dead-letters." + key,
                "dead-letters.type");
    }

    /** It may lie in the state folder, and is there by default; in a folder that is read as an export it may not. */
    private void letterFolder(Path folder) {
        for (int i = 0; i < job.sinks().size(); i++) {
            if (job.sinks().get(i) instanceof FilesSinkSpec files && files.path() != null) {
                Path other = folder(files.path());
                refuse(
                        folder.startsWith(other) || other.startsWith(folder),
                        "is, or overlaps, the folder of sinks[" + i + "]",
                        "dead-letters.path",
                        "sinks[" + i + "].path");
            }
        }
        Path state =
                folder(job.pipeline().orStateDir(JobFile.stateDir(job.name())).stateDir());
        refuse(
                state.startsWith(folder),
                "is, or holds, pipeline.state-dir (" + state + "); a folder in that may be named",
                "dead-letters.path",
                "pipeline.state-dir");
    }

    private void jdbc(JdbcSinkSpec jdbc, String path) {
        if (jdbc.url() != null) {
            refuse(
                    PASSWORD_IN_URL.matcher(jdbc.url().template()).find(),
                    "a password is written out here; put it into an environment variable, and that into the key 'password'",
                    path + ".url");
            jdbc.url()
                    .value()
                    .filter(url -> !url.startsWith("jdbc:postgresql:"))
                    .ifPresent(url -> problems.add(
                            path + ".url", "expected jdbc:postgresql://…, found something else (not shown)"));
        }
        refuse(
                jdbc.password() != null && !Placeholders.in(jdbc.password().template()),
                "a secret is written out here; put it into an environment variable: ${NAME}",
                path + ".password");
        refuse(
                jdbc.columnsFrom() == JdbcSinkSpec.ColumnsFrom.SCHEMA && problems.isGiven(path + ".columns"),
                "not with columns-from: schema; the columns of single collections belong into 'tables'",
                path + ".columns",
                path + ".columns-from");
        ColumnChecks.check(jdbc, path, problems);
        maxBehind(jdbc.whenDown(), path);
    }

    private void maxBehind(WhenDown whenDown, String path) {
        refuse(
                whenDown != WhenDown.FALL_BEHIND && problems.isGiven(path + ".max-behind"),
                "only with when-down: fall-behind",
                path + ".max-behind",
                path + ".when-down");
    }

    private void windowsAndPipeline() {
        PipelineSpec pipeline = job.pipeline();
        refuse(
                job.windows().every().toMillis() % 1000 != 0,
                "expected whole seconds: cluster time counts seconds",
                "windows.every");
        Secret key = job.windows().signingKey();
        refuse(
                key != null && key.template().contains("-----BEGIN"),
                "a key is written out here; put it into an environment variable, ${NAME}, or name its file",
                "windows.signing-key");
        refuse(
                pipeline.parallelism() > pipeline.maxParallelism(),
                "greater than pipeline.max-parallelism (" + pipeline.maxParallelism() + ")",
                "pipeline.parallelism",
                "pipeline.max-parallelism");
        refuse(
                pipeline.restart().initialDelay().compareTo(pipeline.restart().maxDelay()) > 0,
                "longer than pipeline.restart.max-delay",
                "pipeline.restart.initial-delay",
                "pipeline.restart.max-delay");
    }

    private <T> void unique(String path, List<T> values, String what) {
        Set<T> seen = new HashSet<>();
        for (int i = 0; i < values.size(); i++) {
            refuse(
                    values.get(i) != null && !seen.add(values.get(i)),
                    "the " + what + " is listed twice",
                    path + "[" + i + "]");
        }
    }

    /** Reports at the first of the keys that a rule rests on, unless one of them is known to be wrong. */
    private void refuse(boolean broken, String message, String path, String... others) {
        if (broken && problems.sound(path) && Stream.of(others).allMatch(problems::sound)) {
            problems.add(path, message);
        }
    }
}
