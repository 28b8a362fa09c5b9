/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.store.StoredState;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointProperties;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifeStatesTest {
    private static final String LIFE = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder;

    @Test
    void aLifeThatLeftNothingHasNothingToContinueFrom() {
        assertThat(states().newest()).isEmpty();
    }

    @Test
    void theNewestIsTheGreatestNumberOfCheckpointsAndSavepointsAlike() throws IOException {
        checkpoint(9);
        checkpoint(10);
        assertThat(states().newest().orElseThrow().id()).isEqualTo(10);
        stopped(11);
        assertThat(states().newest().orElseThrow()).matches(StoredState::stopped, "stopped with it");
        // A stop whose savepoint was complete and whose job failed then goes on from it.
        checkpoint(12);
        assertThat(states().newest().orElseThrow()).matches(state -> state.id() == 12 && !state.stopped());
    }

    @Test
    void whatIsNotCompleteDoesNotCount() throws IOException {
        checkpoint(3);
        Files.createDirectories(folder.resolve("checkpoints").resolve(LIFE).resolve("chk-4"));
        assertThat(states().newest().orElseThrow().id()).isEqualTo(3);
    }

    @Test
    void aDamagedNewestIsNotPassedOverInSilence() throws IOException {
        checkpoint(3);
        Files.writeString(checkpoint(4).resolve("_metadata"), "nonsense");
        assertThatThrownBy(() -> states().newest())
                .hasMessageContaining("chk-4")
                .hasMessageContaining("resume --from")
                .hasMessageContaining("chk-3");
        checkpoint(5);
        assertThat(states().newest().orElseThrow().id())
                .as("an older one that is damaged does not matter")
                .isEqualTo(5);
    }

    @Test
    void aDamagedLengthIsDamageToo() throws IOException {
        checkpoint(3);
        Path metadata = checkpoint(4).resolve("_metadata");
        byte[] bytes = Files.readAllBytes(metadata);
        // Behind the magic number, the version and the checkpoint's id: how many states of masters follow.
        ByteBuffer.wrap(bytes).putInt(16, Integer.MAX_VALUE);
        Files.write(metadata, bytes);
        assertThatThrownBy(() -> states().newest())
                .hasMessageContaining("damaged")
                .hasMessageContaining("chk-4");
    }

    @Test
    void aPathWithoutASavepointIsRefused() {
        assertThatThrownBy(() -> LifeStates.at(folder.toString()))
                .hasMessageContaining("there is no savepoint or checkpoint at " + folder);
    }

    private LifeStates states() {
        return LifeStates.of(folder.toUri().toString(), LIFE);
    }

    private Path checkpoint(long id) throws IOException {
        Path path = folder.resolve("checkpoints").resolve(LIFE).resolve("chk-" + id);
        return write(
                path,
                id,
                CheckpointProperties.forCheckpoint(
                        org.apache.flink.runtime.checkpoint.CheckpointRetentionPolicy.RETAIN_ON_CANCELLATION));
    }

    private void stopped(long id) throws IOException {
        Path path = folder.resolve("savepoints").resolve(LIFE).resolve("savepoint-012345-" + id);
        write(path, id, CheckpointProperties.forSyncSavepoint(false, false, SavepointFormatType.NATIVE));
    }

    private static Path write(Path path, long id, CheckpointProperties properties) throws IOException {
        Files.createDirectories(path);
        try (OutputStream out = Files.newOutputStream(path.resolve("_metadata"))) {
            Checkpoints.storeCheckpointMetadata(new CheckpointMetadata(id, List.of(), List.of(), properties), out);
        }
        return path;
    }
}
