/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a Flink cluster is given holds what the job needs, and nothing that the cluster has or must not have. */
class PackagingITCase {
    private JarFile jar;
    private Set<String> names;

    @BeforeEach
    void open() throws IOException {
        jar = new JarFile(Path.of("target", "penstock-job.jar").toFile());
        names = jar.stream().map(ZipEntry::getName).collect(Collectors.toSet());
    }

    @AfterEach
    void close() throws IOException {
        jar.close();
    }

    @Test
    void noClassThatTheClusterBrings() throws IOException {
        assertThat(names).filteredOn(classesOfTheCluster()::contains).isEmpty();
    }

    @Test
    void ofWhatALocalClusterHasOnlyTheCompressorsOfTheKafkaClient() throws IOException {
        Path lib = Path.of("target", "flink", "lib");
        Set<String> cluster = classes(lib, "*.jar");
        assertThat(cluster)
                .as("what a distribution of 1.20 has in flink-dist, and the job jar leaves out")
                .contains(
                        "org/apache/flink/connector/base/source/reader/SourceReaderBase.class",
                        "org/apache/flink/contrib/streaming/state/EmbeddedRocksDBStateBackend.class",
                        "org/apache/commons/text/similarity/LevenshteinDistance.class",
                        "org/xerial/snappy/Snappy.class",
                        "org/slf4j/impl/StaticLoggerBinder.class");
        assertThat(names)
                .filteredOn(name -> name.endsWith(".class") && cluster.contains(name))
                .as("the job's own come first when its classes are loaded")
                .allMatch(name -> name.startsWith("org/xerial/snappy/") || name.startsWith("net/jpountz/"));
    }

    @Test
    void noLoggingLibrary() {
        assertThat(below("org/slf4j/", "org/apache/logging/", "org/apache/log4j/"))
                .isEmpty();
        assertThat(names).noneMatch(name -> name.startsWith("log4j2"));
    }

    @Test
    void neitherTheDevelopmentServerNorTheCommandLine() {
        assertThat(below(
                        "io/penstock/devserver/",
                        "io/penstock/cli/",
                        "io/penstock/cluster/",
                        "de/bwaldvogel/",
                        "io/netty/",
                        "picocli/",
                        "me/tongfei/",
                        "org/jline/"))
                .isEmpty();
    }

    @Test
    void theDriverTheConnectorAndOurRecords() {
        assertThat(names)
                .contains(
                        "com/mongodb/client/MongoClient.class",
                        "org/bson/RawBsonDocument.class",
                        "org/apache/kafka/clients/producer/KafkaProducer.class",
                        "com/fasterxml/jackson/databind/ObjectMapper.class",
                        "io/penstock/record/ChangeRecord.class");
    }

    /** Neither that of the cluster, should it have one, nor a copy: what writes Parquet files gets along without. */
    @Test
    void parquetFilesAreWrittenWithoutHadoop() throws Exception {
        assertThat(below("org/apache/hadoop/", "blue/strategic/")).isEmpty();
        List<URL> classPath = new ArrayList<>(List.of(
                Path.of("target", "penstock-job.jar").toUri().toURL(),
                Path.of("target", "test-classes").toUri().toURL()));
        try (DirectoryStream<Path> cluster = Files.newDirectoryStream(Path.of("target", "flink", "lib"), "*.jar")) {
            for (Path library : cluster) {
                classPath.add(library.toUri().toURL());
            }
        }
        try (URLClassLoader loader =
                new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(() -> loader.loadClass("org.apache.hadoop.conf.Configuration"))
                    .isInstanceOf(ClassNotFoundException.class);

            Object file = ((Callable<?>) loader.loadClass("io.penstock.sink.parquet.OneFile")
                            .getConstructor()
                            .newInstance())
                    .call();

            assertThat(new String((byte[]) file, StandardCharsets.ISO_8859_1))
                    .startsWith("PAR1")
                    .endsWith("PAR1");
        }
    }

    @Test
    void servicesOfSeveralJarsAreMergedAndNameClassesThatAreThere() throws IOException {
        List<String> services = names.stream()
                .filter(name -> name.matches("META-INF/services/[^/]+"))
                .toList();
        assertThat(services).contains("META-INF/services/com.fasterxml.jackson.core.JsonFactory");
        assertThat(text("META-INF/services/com.fasterxml.jackson.core.JsonFactory"))
                .contains(
                        "com.fasterxml.jackson.core.JsonFactory", "com.fasterxml.jackson.dataformat.yaml.YAMLFactory");
        for (String service : services) {
            assertThat(text(service)
                            .lines()
                            .map(String::strip)
                            .filter(line -> !line.isEmpty() && !line.startsWith("#")))
                    .as(service)
                    .allSatisfy(name -> assertThat(names).contains(name.replace('.', '/') + ".class"));
        }
    }

    @Test
    void oneLicenceAllNoticesAndNoSignatures() throws IOException {
        assertThat(jar.stream().map(ZipEntry::getName).filter(name -> name.matches("META-INF/LICENSE(\\.txt)?")))
                .containsExactly("META-INF/LICENSE");
        assertThat(text("META-INF/LICENSE")).contains("Apache License");
        assertThat(jar.stream().map(ZipEntry::getName).filter("META-INF/NOTICE"::equals))
                .hasSize(1);
        assertThat(text("META-INF/NOTICE"))
                .startsWith("Penstock")
                .contains("Apache Flink", "Jackson", "Apache Parquet", "JTS");
        assertThat(names).noneMatch(name -> name.matches("META-INF/.*\\.(SF|RSA|DSA)"));
    }

    @Test
    void theManifestNamesTheMainClass() throws IOException {
        Manifest manifest = jar.getManifest();
        assertThat(manifest.getMainAttributes().getValue("Main-Class")).isEqualTo("io.penstock.job.PenstockJob");
        assertThat(manifest.getMainAttributes().getValue("Multi-Release")).isEqualTo("true");
    }

    /** Flink's own jars among the libraries of the command line; the connector is the one that a cluster does not have. */
    private static Set<String> classesOfTheCluster() throws IOException {
        Set<String> classes = classes(Path.of("target", "lib"), "flink-*.jar");
        classes.removeIf(name -> !name.startsWith("org/apache/flink/"));
        assertThat(classes).contains("org/apache/flink/streaming/api/environment/StreamExecutionEnvironment.class");
        return classes;
    }

    private static Set<String> classes(Path folder, String pattern) throws IOException {
        Set<String> classes = new HashSet<>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, pattern)) {
            for (Path path : jars) {
                if (!path.getFileName().toString().startsWith("flink-connector-kafka")) {
                    try (JarFile library = new JarFile(path.toFile())) {
                        library.stream()
                                .map(ZipEntry::getName)
                                .filter(name -> name.endsWith(".class") && !name.endsWith("module-info.class"))
                                .forEach(classes::add);
                    }
                }
            }
        }
        return classes;
    }

    private List<String> below(String... folders) {
        return names.stream()
                .filter(name -> List.of(folders).stream().anyMatch(name::startsWith))
                .filter(name -> name.endsWith(".class"))
                .toList();
    }

    private String text(String name) throws IOException {
        try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
