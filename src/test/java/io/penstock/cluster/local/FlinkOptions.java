/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.contrib.streaming.state.RocksDBOptions;
import org.apache.flink.runtime.jobgraph.SavepointConfigOptions;
import org.apache.flink.streaming.api.environment.ExecutionCheckpointingOptions;

/** Every option that Flink's own classes declare: what a key in a configuration may be. */
final class FlinkOptions {
    private static final List<Class<?>> ONE_OF_EACH_JAR = List.of(
            CoreOptions.class, SavepointConfigOptions.class, ExecutionCheckpointingOptions.class, RocksDBOptions.class);

    private FlinkOptions() {}

    /** By key; options that are deprecated and keys that are only understood for compatibility are not among them. */
    static Map<String, ConfigOption<?>> all() {
        Map<String, ConfigOption<?>> options = new HashMap<>();
        for (Class<?> known : ONE_OF_EACH_JAR) {
            try (JarFile jar = new JarFile(Path.of(known.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toFile())) {
                jar.stream()
                        .map(ZipEntry::getName)
                        .filter(name -> name.matches("org/apache/flink/[^$]*Options[^/$]*\\.class"))
                        .forEach(name -> addAll(name, options));
            } catch (IOException | URISyntaxException e) {
                throw new IllegalStateException(e);
            }
        }
        return options;
    }

    private static void addAll(String classFile, Map<String, ConfigOption<?>> options) {
        for (Field field : fields(
                classFile.substring(0, classFile.length() - ".class".length()).replace('/', '.'))) {
            if (!field.isAnnotationPresent(Deprecated.class)
                    && Modifier.isStatic(field.getModifiers())
                    && ConfigOption.class.isAssignableFrom(field.getType())) {
                try {
                    field.setAccessible(true);
                    ConfigOption<?> option = (ConfigOption<?>) field.get(null);
                    options.put(option.key(), option);
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /** None of a class that cannot be loaded with our libraries: no cluster of ours can have its options. */
    private static Field[] fields(String name) {
        try {
            return Class.forName(name).getDeclaredFields();
        } catch (ClassNotFoundException | LinkageError missing) {
            return new Field[0];
        }
    }
}
