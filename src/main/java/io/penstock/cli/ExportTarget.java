/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a command reads what was sealed: the folder of a files sink, or a job's metadata store. */
final class ExportTarget {
    @Mixin
    private ExportFolder folder;

    @Option(
            names = "--store",
            description =
                    "Of a job file with a files sink and a metadata store: what the store holds, not what lies beside"
                            + " the files. Of one without a files sink it is read anyway.")
    private boolean store;

    /** Whether it is the store. */
    boolean isStore() {
        return store || folder.isJobWithStoreOnly();
    }

    ExportFolder folder() {
        return folder;
    }

    /** Opens it. */
    SealedHistory open() {
        return isStore() ? StoreHistory.open(folder.jobFile()) : new FolderHistory(folder.path());
    }
}
