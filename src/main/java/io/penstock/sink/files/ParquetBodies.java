/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.ChangeRecord;
import io.penstock.record.DeadLetter.Reason;
import io.penstock.record.Namespace;
import io.penstock.sink.columns.Column;
import io.penstock.sink.columns.ColumnPlan;
import io.penstock.sink.columns.RowWriter;
import io.penstock.sink.columns.SeenColumns;
import io.penstock.sink.deadletter.Refusal;
import io.penstock.sink.parquet.PageCodec;
import io.penstock.sink.parquet.ParquetChanges;
import io.penstock.spec.UnfitPolicy;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Parquet files. The rows of a row group are held as they came, and turned into columns at once; so a file that is not being written costs no
 * more than its rows, and its columns need not be known before its first row group is full.
 */
final class ParquetBodies implements FileBodies {
    /** The documents of a row group, as BSON; a larger document is one of its own. */
    static final int ROW_GROUP = 16 << 20;

    /** What a change takes besides its documents, about. */
    private static final int OVERHEAD = 512;

    private final ColumnPlan plan;
    private final UnfitPolicy unfit;
    private final PageCodec codec;

    ParquetBodies(ColumnPlan plan, UnfitPolicy unfit, PageCodec codec) {
        this.plan = plan;
        this.unfit = unfit;
        this.codec = codec;
    }

    @Override
    public void learn(ChangeRecord change) {
        plan.learn(change);
    }

    @Override
    public void learn(SeenColumns columns) {
        plan.learn(columns);
    }

    @Override
    public FileBody begin(Namespace namespace, OutputStream file) {
        return new Body(namespace, file);
    }

    @Override
    public List<SeenColumns> seen() {
        return plan.seen();
    }

    private final class Body implements FileBody {
        private final Namespace namespace;
        private final OutputStream out;
        private final List<ChangeRecord> rows = new ArrayList<>();
        private long held;
        private List<Column> columns;
        private ParquetChanges file;
        private RowWriter fit;
        private List<Refusal> refused = new ArrayList<>();

        private Body(Namespace namespace, OutputStream out) {
            this.namespace = namespace;
            this.out = out;
        }

        /** The columns of a file are those of its first row group. */
        @Override
        public boolean takesMore() {
            return columns == null || columns.equals(plan.columns(namespace));
        }

        @Override
        public int write(ChangeRecord change) throws IOException {
            int bytes = change.documentKey().length + length(change.document());
            long size = (long) bytes + length(change.before()) + OVERHEAD;
            if (held + size > ROW_GROUP) {
                flush();
            }
            rows.add(change);
            held += size;
            return bytes;
        }

        @Override
        public long held() {
            return held;
        }

        @Override
        public void flush() throws IOException {
            if (rows.isEmpty()) {
                return;
            }
            if (columns == null) {
                columns = plan.columns(namespace);
                fit = Column.rows(columns, unfit);
            }
            if (unfit == UnfitPolicy.DEAD_LETTER) {
                rows.removeIf(this::isRefused);
            }
            if (!rows.isEmpty()) {
                if (file == null) {
                    file = new ParquetChanges(out, columns, unfit, codec);
                }
                file.rowGroup(rows);
                rows.clear();
            }
            held = 0;
        }

        /** Whether a row group may hold a change is known with its columns, which is when it is full. */
        private boolean isRefused(ChangeRecord change) {
            if (change.document() == null) {
                return false;
            }
            String why = fit.refusalOf(change.document());
            if (why != null) {
                refused.add(new Refusal(change, Reason.UNMAPPABLE, "unfit", why));
            }
            return why != null;
        }

        @Override
        public List<Refusal> takeRefused() {
            List<Refusal> taken = refused;
            refused = new ArrayList<>();
            return taken;
        }

        @Override
        public void finish() throws IOException {
            flush();
            file.finish();
        }

        @Override
        public void close() {
            rows.clear();
        }

        private static int length(byte[] document) {
            return document == null ? 0 : document.length;
        }
    }
}
