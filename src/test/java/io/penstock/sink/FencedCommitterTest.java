/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.store.Fence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.junit.jupiter.api.Test;

class FencedCommitterTest {
    private final List<String> done = new ArrayList<>();
    private final Committer<String> committer = new Committer<>() {
        @Override
        public void commit(Collection<CommitRequest<String>> requests) {
            done.add("commit");
        }

        @Override
        public void close() {
            done.add("close");
        }
    };

    @Test
    void asksBeforeEachCommit() throws Exception {
        Fence fence = () -> done.add("ask");
        try (FencedCommitter<String> fenced = new FencedCommitter<>(fence, committer)) {
            fenced.commit(List.of());
            fenced.commit(List.of());
        }
        assertThat(done).containsExactly("ask", "commit", "ask", "commit", "close");
    }

    @Test
    void withoutTheRightNothingIsCommitted() {
        Fence lost = () -> {
            throw new IOException("lost");
        };
        assertThatThrownBy(() -> new FencedCommitter<>(lost, committer).commit(List.of()))
                .hasMessage("lost");
        assertThat(done).isEmpty();
    }
}
