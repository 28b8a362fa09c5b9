/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import io.penstock.sink.columns.SeenColumns;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Begins the files of one writer, and holds what they have in common. */
interface FileBodies {
    /** To be called with each change before it is written. */
    void learn(ChangeRecord change);

    /** Begins the content of a file. */
    FileBody begin(Namespace namespace, OutputStream file) throws IOException;

    /** Takes in what was learnt of columns up to a checkpoint. */
    void learn(SeenColumns columns);

    /** What was learnt of columns, for the next checkpoint. */
    List<SeenColumns> seen();
}
