/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.configuration.MemorySize;

/** Makes the reference of the job file, a table of keys for each section, from its records. */
final class JobFileReference {

    private static final String HEAD =
            """
            # The job file

            <!-- Made from the records in io.penstock.spec; not to be edited. GeneratedFilesTest says how to make it anew. -->

            One YAML file describes one job. `scripts/penstock validate FILE` reports everything that is wrong with it at
            once, as `file:line:column: key: what was found, what was expected`; so does every other command before it
            runs anything. Unknown keys are errors. The smallest job:

            ```yaml
            name: cities
            source:
              collections: [geo.cities]
            sinks:
              - {type: files, path: data/cities/export}
            ```

            - **Sizes and durations** are a whole number and a unit, in Flink's notation: `64 mb`, `1 gb`, `500 ms`, `5 s`,
              `1 min`, `1 h`, `7 d`. A size without unit counts bytes, a duration without unit milliseconds.
            - **`${NAME}`** stands for a variable of the environment, **`${NAME:-default}`** for its value or, when it is not set
              or empty, the default; `$$` for one dollar sign. A variable that is not set and has no default is an error. It
              may stand in any value, also as a part of one; not in keys. If other tools read the file too, put it in quotes inside
              `{…}` and `[…]`.
            - **`${file:/path}`** stands for what a file holds, without the line break at its end, and **`${file:/path:-default}`** has
              a default for when it is not there: for secrets that are mounted as files. The path is absolute.
            - **Secrets** (type *secret*) belong into variables or files: a password written out in the file is an error. A job that is
              submitted to a cluster carries the placeholder, and the value is looked up in the environment, or the files, of the
              cluster's processes. No message or log shows a secret, nor any other value that came from the environment.
            - **Anchors and merges** (`&name`, `*name`, `<<`) work as in any YAML.
            - **Editors** complete and check the file with its JSON Schema, `schema/penstock-job.schema.json` (in the job jar
              under the same name). Many understand a first line such as
              `# yaml-language-server: $schema=../schema/penstock-job.schema.json`.
            """;

    private final StringBuilder text = new StringBuilder(HEAD);

    private JobFileReference() {}

    static String generate() {
        JobFileReference reference = new JobFileReference();
        reference.section("", "The file", JobSpec.class);
        return reference.text.toString();
    }

    private void section(String path, String title, Class<?> record) {
        text.append("\n## ").append(title).append("\n\n");
        text.append("| key | type | default | meaning |\n|---|---|---|---|\n");
        if (SinkSpec.class.isAssignableFrom(record)) {
            text.append("| `type` | `")
                    .append(Keys.spellings(record).get(0))
                    .append("` | required | The kind of target. |\n");
        }
        List<Runnable> below = new ArrayList<>();
        for (Keys.Entry entry : Keys.entries(record)) {
            text.append(
                    "| `%s` | %s | %s | %s |\n".formatted(entry.name(), type(entry), standsFor(entry), meaning(entry)));
            String keyPath = path.isEmpty() ? entry.name() : path + "." + entry.name();
            sections(entry.type(), keyPath, below);
        }
        if (!Keys.notBuiltYet(record).isEmpty()) {
            text.append("\nNot built yet, and refused with a word about it: ")
                    .append(planned(record))
                    .append(".\n");
        }
        below.forEach(Runnable::run);
    }

    private void sections(Type type, String path, List<Runnable> below) {
        if (Keys.isList(type)) {
            sections(Keys.lastArgument(type), path + "[]", below);
        } else if (type instanceof Class<?> plain && plain.isSealed()) {
            for (Class<?> kind : plain.getPermittedSubclasses()) {
                String title =
                        code(path) + " of type " + code(Keys.spellings(kind).get(0));
                below.add(() -> section(path, title, kind));
            }
        } else if (type instanceof Class<?> plain && plain.isRecord() && !Scalar.knows(plain)) {
            below.add(() -> section(path, code(path), plain));
        }
    }

    private static String meaning(Keys.Entry entry) {
        Type last = Keys.isList(entry.type()) ? Keys.lastArgument(entry.type()) : entry.type();
        String planned = last instanceof Class<?> plain && !plain.isRecord() ? planned(plain) : "";
        return entry.key().value().replace("|", "\\|") + (planned.isEmpty() ? "" : " Not built yet: " + planned + ".");
    }

    private static String planned(Class<?> type) {
        return Keys.notBuiltYet(type).stream()
                .sorted()
                .map(JobFileReference::code)
                .collect(Collectors.joining(", "));
    }

    private static String standsFor(Keys.Entry entry) {
        return entry.required()
                ? "required"
                : entry.key().fallback().isEmpty() ? "" : code(entry.key().fallback());
    }

    private static String type(Keys.Entry entry) {
        Key key = entry.key();
        String range = key.min().isEmpty()
                ? ""
                : key.max().isEmpty() ? ", at least " + key.min() : ", " + key.min() + " to " + key.max();
        return name(entry.type()) + range + (key.pattern().isEmpty() ? "" : " matching " + code(key.pattern()));
    }

    private static String name(Type type) {
        if (Keys.isList(type)) {
            return "list: " + name(Keys.lastArgument(type));
        }
        if (Keys.isMap(type)) {
            return "map: " + name(Keys.lastArgument(type));
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isEnum()) {
            return Arrays.stream(plain.getEnumConstants())
                    .map(constant -> code(Keys.spellings(constant).get(0)))
                    .collect(Collectors.joining(", "));
        }
        if (plain == Duration.class) {
            return "duration";
        }
        if (plain == MemorySize.class) {
            return "size";
        }
        if (plain == Instant.class) {
            return "time";
        }
        if (plain == CollectionSelector.class) {
            return "collection";
        }
        return plain == Secret.class
                ? "secret"
                : Scalar.knows(plain) ? Scalar.of(plain).expected().replaceFirst("^a (line of )?", "") : "section";
    }

    private static String code(String word) {
        return "`" + word.replace("|", "\\|") + "`";
    }
}
