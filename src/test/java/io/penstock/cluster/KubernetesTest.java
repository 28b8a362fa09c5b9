/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.penstock.job.JobSettings;
import io.penstock.job.PenstockJob;
import io.penstock.spec.FilesSinkSpec;
import io.penstock.spec.JobSpec;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;
import org.apache.flink.kubernetes.operator.api.spec.FlinkDeploymentSpec;
import org.apache.flink.kubernetes.operator.api.spec.FlinkVersion;
import org.apache.flink.kubernetes.operator.api.spec.JobState;
import org.apache.flink.kubernetes.operator.api.spec.UpgradeMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The shipped FlinkDeployment fits the operator's model, its parts fit each other, and it is configured as flink-conf says. */
class KubernetesTest {
    private static final Path FILE = Path.of("flink-conf", "kubernetes", "penstock-cities.yaml");

    private ConfigMap job;
    private PersistentVolumeClaim claim;
    private FlinkDeployment deployment;
    private FlinkDeploymentSpec spec;

    @BeforeEach
    void read() throws IOException {
        try (var documents = strict().readerFor(JsonNode.class).<JsonNode>readValues(FILE.toFile())) {
            for (JsonNode document : documents.readAll()) {
                switch (document.path("kind").asText()) {
                    case "ConfigMap" -> job = strict().treeToValue(document, ConfigMap.class);
                    case "PersistentVolumeClaim" -> claim = strict().treeToValue(document, PersistentVolumeClaim.class);
                    case "FlinkDeployment" -> deployment = strict().treeToValue(document, FlinkDeployment.class);
                    default -> throw new IllegalStateException("a " + document.path("kind"));
                }
            }
        }
        spec = deployment.getSpec();
    }

    @Test
    void aKeyThatTheModelDoesNotKnowWouldFail() {
        for (String text : List.of(
                "spec: {jobb: {}}",
                "spec: {job: {upgradeMode: sometimes}}",
                "spec: {podTemplate: {spec: {volums: []}}}",
                "spec: {podTemplate: {spec: {containers: [{name: a, volumeMount: []}]}}}")) {
            assertThatThrownBy(() -> strict().readValue(text, FlinkDeployment.class))
                    .as(text)
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> strict().readValue("spec: {jobb: {}}", FlinkDeployment.class))
                .isInstanceOf(UnrecognizedPropertyException.class);
    }

    @Test
    void theDeploymentRunsTheJobOfTheImage() throws IOException {
        assertThat(deployment.getApiVersion()).isEqualTo("flink.apache.org/v1beta1");
        assertThat(spec.getFlinkVersion()).isEqualTo(FlinkVersion.v1_20);
        assertThat(spec.getJob().getEntryClass()).isEqualTo(PenstockJob.class.getName());
        assertThat(spec.getJob().getUpgradeMode()).isEqualTo(UpgradeMode.SAVEPOINT);
        assertThat(spec.getJob().getState()).isEqualTo(JobState.RUNNING);
        String docker = Files.readString(Path.of("Dockerfile"));
        assertThat(docker)
                .contains("FROM flink:1.20.3-java17", spec.getJob().getJarURI().replace("local://", ""))
                .contains("docker build -t " + spec.getImage());
    }

    @Test
    void theJobFileIsValidAndItsFoldersAreOnTheVolume() {
        JobSpec read = jobSpec();
        String[] arguments = spec.getJob().getArgs();
        PodSpec pod = spec.getPodTemplate().getSpec();
        Container flink = pod.getContainers().get(0);
        assertThat(flink.getName()).isEqualTo("flink-main-container");
        assertThat(arguments).hasSize(2).startsWith("--job");
        assertThat(arguments[1])
                .isEqualTo(mount(flink, "job") + "/"
                        + job.getData().keySet().iterator().next());
        assertThat(volume(pod, "job").getConfigMap().getName())
                .isEqualTo(job.getMetadata().getName());
        assertThat(volume(pod, "data").getPersistentVolumeClaim().getClaimName())
                .isEqualTo(claim.getMetadata().getName());
        assertThat(read.pipeline().parallelism()).isEqualTo(spec.getJob().getParallelism());
        assertThat(read.pipeline().stateDir()).startsWith(mount(flink, "data"));
        assertThat(((FilesSinkSpec) read.sinks().get(0)).path()).startsWith(mount(flink, "data"));
    }

    @Test
    void savepointsOfTheOperatorLieBesideThoseOfTheJob() {
        Configuration configuration = Configuration.fromMap(spec.getFlinkConfiguration());
        assertThat(configuration.get(CheckpointingOptions.SAVEPOINT_DIRECTORY))
                .isEqualTo(JobSettings.of(jobSpec())
                        .get(CheckpointingOptions.SAVEPOINT_DIRECTORY)
                        .replaceFirst("^file:/+", "file:///"));
        assertThat(configuration.get(HighAvailabilityOptions.HA_STORAGE_PATH)).startsWith("file:///data/");
    }

    @Test
    void flinkIsConfiguredAsInTheProductionProfile() {
        Map<String, String> production = new TreeMap<>(
                GlobalConfiguration.loadConfiguration("flink-conf").toMap());
        // The operator makes them out of the resources of the pods.
        MemorySize ofJobManager = MemorySize.parse(production.remove("jobmanager.memory.process.size"));
        MemorySize ofTaskManager = MemorySize.parse(production.remove("taskmanager.memory.process.size"));
        Map<String, String> here = new TreeMap<>(spec.getFlinkConfiguration());
        assertThat(here).containsAllEntriesOf(production);
        here.keySet().removeAll(production.keySet());
        assertThat(here.keySet())
                .containsExactly("high-availability.storageDir", "high-availability.type", "state.savepoints.dir");
        assertThat(MemorySize.parse(spec.getJobManager().getResource().getMemory()))
                .isEqualTo(ofJobManager);
        assertThat(MemorySize.parse(spec.getTaskManager().getResource().getMemory()))
                .isEqualTo(ofTaskManager);
    }

    @Test
    void theLogHasTheFormOfALocalCluster() throws IOException {
        Properties local = new Properties();
        local.load(new StringReader(Files.readString(Path.of("flink-conf", "log4j.properties"))));
        Properties here = new Properties();
        here.load(new StringReader(spec.getLogConfiguration().get("log4j-console.properties")));
        assertThat(here.getProperty("appender.console.layout.pattern")).isEqualTo(local.getProperty("property.json"));
    }

    @Test
    void theSecretIsNowhereInTheFile() throws IOException {
        assertThat(job.getData().get("job.yaml")).contains("${MONGODB_URI}");
        assertThat(spec.getPodTemplate().getSpec().getContainers().get(0).getEnvFrom())
                .singleElement()
                .satisfies(from -> assertThat(from.getSecretRef().getName()).isEqualTo("penstock-cities"));
        assertThat(Files.readString(FILE)).doesNotContain("kind: Secret");
    }

    private JobSpec jobSpec() {
        return JobSpec.parseWithoutSecrets("job.yaml", job.getData().get("job.yaml"), name -> null);
    }

    private static String mount(Container container, String volume) {
        return container.getVolumeMounts().stream()
                .filter(mount -> mount.getName().equals(volume))
                .map(VolumeMount::getMountPath)
                .findFirst()
                .orElseThrow();
    }

    private static Volume volume(PodSpec pod, String name) {
        return pod.getVolumes().stream()
                .filter(volume -> volume.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Kubernetes' model takes what it does not know into a map; here that is a mistake. */
    private static YAMLMapper strict() {
        return YAMLMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .annotationIntrospector(new JacksonAnnotationIntrospector() {
                    private static final long serialVersionUID = 1;

                    @Override
                    public Boolean hasAnySetter(Annotated annotated) {
                        return false;
                    }

                    @Override
                    public JsonIgnoreProperties.Value findPropertyIgnoralByName(
                            MapperConfig<?> config, Annotated annotated) {
                        return JsonIgnoreProperties.Value.empty();
                    }
                })
                .build();
    }
}
