/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.job;

import io.penstock.record.ChangeRecord;
import io.penstock.sink.files.ExportReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What has been exported of one collection among others, whose keys may be the same.
 *
 * @param root the sink's folder
 * @param namespace as the collection's folder is called
 */
record CollectionExport(Path root, String namespace) {
    ExportView view() throws IOException {
        ExportView view = new ExportView();
        for (org.apache.flink.core.fs.Path file : files()) {
            view.addFile(file);
        }
        return view;
    }

    List<ChangeRecord> changes() throws IOException {
        List<ChangeRecord> changes = new ArrayList<>();
        for (org.apache.flink.core.fs.Path file : files()) {
            ExportReader.read(file, changes::add);
        }
        return changes;
    }

    private List<org.apache.flink.core.fs.Path> files() throws IOException {
        return ExportReader.files(root.toString()).stream()
                .filter(file -> file.getParent().getName().equals(namespace))
                .toList();
    }
}
