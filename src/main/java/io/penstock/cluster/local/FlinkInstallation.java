/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster.local;

import io.penstock.cluster.ClusterException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Where Flink's jars are: a distribution's {@code lib} and {@code plugins}, or the same two folders as the build puts them
 * together from the libraries that the job was compiled against.
 *
 * <p>Of a distribution the jars are used and not its scripts, so that processes, folders and configuration are the same either way.
 *
 * @param lib the class path of every process
 * @param plugins file systems and metric reporters, each with a class loader of its own; need not exist
 */
public record FlinkInstallation(Path lib, Path plugins) {
    /**
     * The distribution that {@code FLINK_HOME} names, else {@code target/flink} of the project.
     *
     * @param environment returns null for a variable that isn't set
     * @throws ClusterException when there are no jars where they should be; says what to do
     */
    public static FlinkInstallation find(Function<String, String> environment, Path project) {
        String home = environment.apply("FLINK_HOME");
        boolean given = home != null && !home.isBlank();
        Path folder = given ? Path.of(home) : project.resolve("target").resolve("flink");
        FlinkInstallation found = new FlinkInstallation(
                folder.resolve("lib").toAbsolutePath(),
                folder.resolve("plugins").toAbsolutePath());
        if (!found.hasJars()) {
            throw new ClusterException(
                    given
                            ? "FLINK_HOME is " + home + ", but there are no jars in its folder lib"
                            : "there are no Flink jars in " + found.lib()
                                    + ": mvn -DskipTests package puts them there");
        }
        return found;
    }

    /** Every jar of {@link #lib()}, for {@code -cp}. */
    String classPath() {
        return lib.resolve("*").toString();
    }

    private boolean hasJars() {
        if (!Files.isDirectory(lib)) {
            return false;
        }
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(lib, "*.jar")) {
            return jars.iterator().hasNext();
        } catch (IOException e) {
            throw new ClusterException("cannot read " + lib, e);
        }
    }
}
