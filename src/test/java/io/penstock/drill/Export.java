/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.drill;

import io.penstock.job.ExportView;
import java.io.IOException;
import java.nio.file.Path;

/** Where a drill's job exports to, and what is there. */
interface Export {
    /** The sink, as a line of the job file. */
    String sink();

    /** What has been exported so far; reads only what has come since the last call. */
    ExportView read() throws IOException;

    /** Into files below a folder. */
    static Export files(Path folder, String format) {
        ExportView view = new ExportView();
        return new Export() {
            @Override
            public String sink() {
                return "{type: files, path: " + folder + ", format: " + format + "}";
            }

            @Override
            public ExportView read() throws IOException {
                view.refresh(folder);
                return view;
            }
        };
    }
}
