/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Namespace;
import io.penstock.sink.Bytes;
import io.penstock.sink.ChangeEncoder;
import io.penstock.sink.columns.SeenColumns;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Files of records one after the other, compressed as a whole. */
final class RecordBodies implements FileBodies {
    private final ChangeEncoder encoder;
    private final FileCompression compression;
    private final Bytes encoded = new Bytes();

    RecordBodies(ChangeEncoder encoder, FileCompression compression) {
        this.encoder = encoder;
        this.compression = compression;
    }

    @Override
    public void learn(ChangeRecord change) {}

    @Override
    public void learn(SeenColumns columns) {}

    @Override
    public FileBody begin(Namespace namespace, OutputStream file) throws IOException {
        return new Body(compression.compress(file));
    }

    @Override
    public List<SeenColumns> seen() {
        return List.of();
    }

    private final class Body implements FileBody {
        private final OutputStream out;

        private Body(OutputStream out) {
            this.out = out;
        }

        @Override
        public boolean takesMore() {
            return true;
        }

        @Override
        public int write(ChangeRecord change) throws IOException {
            encoder.encode(change, encoded.clear());
            out.write(encoded.array(), 0, encoded.length());
            return encoded.length();
        }

        @Override
        public long held() {
            return 0;
        }

        @Override
        public void flush() {}

        @Override
        public void finish() throws IOException {
            out.close();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
