/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink;

import io.penstock.store.Fence;
import java.io.IOException;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;

/**
 * Commits only as long as the job has no later life. Runs in the committer's task thread.
 *
 * <p>It asks once for all that is to be committed. Should another life begin between the answer and the last file or transaction, nothing
 * is doubled: what is committed here belongs to checkpoints that were complete before, so that the other life finds them, and commits the
 * very same again, which changes nothing.
 */
public final class FencedCommitter<T> implements Committer<T> {
    private final Fence fence;
    private final Committer<T> committer;

    public FencedCommitter(Fence fence, Committer<T> committer) {
        this.fence = fence;
        this.committer = committer;
    }

    /**
     * Asks, and commits.
     *
     * @throws io.penstock.store.LeaseLostException when another life has begun; ends this one for good
     * @throws IOException also when nobody can say whether one has: nothing is committed, and Flink's restart tries again
     */
    @Override
    public void commit(Collection<CommitRequest<T>> requests) throws IOException, InterruptedException {
        fence.requireHeld();
        committer.commit(requests);
    }

    @Override
    public void close() throws Exception {
        try {
            fence.close();
        } finally {
            committer.close();
        }
    }
}
