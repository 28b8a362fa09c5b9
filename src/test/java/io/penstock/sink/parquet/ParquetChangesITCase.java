/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.parquet;

import static io.penstock.sink.Changes.CITIES;
import static io.penstock.sink.Changes.bson;
import static io.penstock.sink.Changes.clusterTime;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.BsonValues;
import io.penstock.record.ChangeRecord;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Version;
import io.penstock.sink.Changes;
import io.penstock.sink.columns.Column;
import io.penstock.sink.columns.ColumnPlan;
import io.penstock.sink.columns.ColumnType;
import io.penstock.sink.columns.FieldPath;
import io.penstock.spec.CollectionColumnsSpec;
import io.penstock.spec.CollectionSelector;
import io.penstock.spec.ColumnSpec;
import io.penstock.spec.FilesSinkSpec;
import io.penstock.spec.UnfitPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.bson.BsonDocument;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of changes, read by DuckDB and by our own reader. */
class ParquetChangesITCase {
    private static final JsonWriterSettings CANONICAL =
            JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

    private static DuckDb duckDb;
    private static Path folder;

    @BeforeAll
    @BeforeContainer
    static void open() throws Exception {
        duckDb = new DuckDb();
        folder = Files.createTempDirectory("parquet");
    }

    @AfterAll
    @AfterContainer
    static void close() throws Exception {
        duckDb.close();
        org.apache.flink.util.FileUtils.deleteDirectory(folder.toFile());
    }

    @Test
    void every_change_has_the_columns_of_changes() throws Exception {
        ChangeRecord insert = change(1, "{\"_id\": 1, \"name\": \"Zürich \uD83D\uDE00\", \"population\": 421878}");
        ChangeRecord delete = Changes.delete(CITIES, "{\"_id\": \"x\"}", Version.row(clusterTime(1_700_000_000L, 8)));

        String file = write(List.of(insert, delete), derived(insert, delete), UnfitPolicy.TEXT);

        assertThat(duckDb.query("DESCRIBE SELECT * FROM " + file))
                .extracting(row -> row.substring(0, row.indexOf('|', row.indexOf('|') + 1)))
                .containsExactly(
                        "op|VARCHAR",
                        "ns|VARCHAR",
                        "key|JSON",
                        "version|VARCHAR",
                        "revision|INTEGER",
                        "doc|JSON",
                        "epoch|INTEGER",
                        "window|BIGINT",
                        "shape|VARCHAR",
                        "exportVersion|VARCHAR",
                        "rowHash|BLOB",
                        "ts|TIMESTAMP WITH TIME ZONE",
                        "_id|BIGINT",
                        "name|VARCHAR",
                        "population|BIGINT",
                        "unfit|JSON");
        assertThat(duckDb.query("SELECT * REPLACE (lower(hex(rowHash)) AS rowHash, epoch_ms(ts) AS ts) FROM " + file))
                .containsExactly(
                        "c|geo.cities|{\"_id\":{\"$numberInt\":\"1\"}}|6553F10000000001|0|"
                                + "{\"_id\":{\"$numberInt\":\"1\"},\"name\":\"Zürich \uD83D\uDE00\",\"population\":{\"$numberInt\":\"421878\"}}"
                                + "|1|28333333|" + String.format("%016x", insert.shape()) + "|5f1d2c3b4a596877|"
                                + java.util.HexFormat.of().formatHex(insert.rowHash())
                                + "|1700000000000|1|Zürich \uD83D\uDE00|421878|null",
                        "d|geo.cities|{\"_id\":\"x\"}|6553F10000000008~|0|null|1|28333333|null|5f1d2c3b4a596877|null"
                                + "|1700000000000|null|null|null|null");
    }

    @Test
    void each_type_of_column_is_what_it_says() throws Exception {
        List<Column> columns = new ArrayList<>();
        for (String type : List.of(
                "boolean",
                "int",
                "long",
                "double",
                "decimal(9,2)",
                "decimal(38,10)",
                "timestamp",
                "string",
                "binary",
                "json")) {
            columns.add(new Column("c" + columns.size(), FieldPath.of("f" + columns.size()), ColumnType.parse(type)));
        }
        ChangeRecord full = change(
                1,
                "{\"f0\": true, \"f1\": -1, \"f2\": {\"$numberLong\": \"-9223372036854775808\"}, \"f3\": {\"$numberDouble\": \"NaN\"},"
                        + " \"f4\": {\"$numberDecimal\": \"-12.3\"}, \"f5\": {\"$numberDecimal\": \"-123456789012345678901234.0123456789\"},"
                        + " \"f6\": {\"$date\": {\"$numberLong\": \"-62135596800000\"}}, \"f7\": \"a\\u0000b\","
                        + " \"f8\": {\"$binary\": {\"base64\": \"AP8=\", \"subType\": \"00\"}}, \"f9\": [1]}");
        ChangeRecord empty = change(2, "{}");

        String file = write(List.of(full, empty), columns, UnfitPolicy.NULL);

        assertThat(duckDb.query(
                        "SELECT c0, c1, c2, c3, c4, c5, epoch_ms(c6), length(c7), hex(c8), c9, typeof(c4), typeof(c6), typeof(c9) FROM "
                                + file))
                .containsExactly(
                        "true|-1|-9223372036854775808|NaN|-12.30|-123456789012345678901234.0123456789|-62135596800000|3|00FF|[1]"
                                + "|DECIMAL(9,2)|TIMESTAMP WITH TIME ZONE|JSON",
                        "null|null|null|null|null|null|null|null|null|null|DECIMAL(9,2)|TIMESTAMP WITH TIME ZONE|JSON");
        assertThat(duckDb.query("SELECT max(c6) FROM " + file))
                .as("the year is one that it can show")
                .hasSize(1);
        assertThat(duckDb.query("DESCRIBE SELECT * FROM " + file)).noneMatch(row -> row.startsWith("unfit"));
    }

    @Test
    void what_does_not_fit_is_null_and_kept_beside() throws Exception {
        List<Column> columns = List.of(new Column("n", FieldPath.of("n"), ColumnType.LONG));
        List<ChangeRecord> changes =
                List.of(change(1, "{\"n\": 1}"), change(2, "{\"n\": \"one\"}"), change(3, "{\"n\": 1.5}"));

        assertThat(duckDb.query("SELECT n, unfit FROM " + write(changes, columns, UnfitPolicy.TEXT)))
                .containsExactly("1|null", "null|{\"n\":\"one\"}", "null|{\"n\":{\"$numberDouble\":\"1.5\"}}");
    }

    @Test
    void a_job_file_may_not_name_a_column_that_every_file_has() {
        assertThat(ChangeTable.of(List.of(), UnfitPolicy.TEXT).getFields())
                .extracting(field -> field.getName().toLowerCase(Locale.ROOT))
                .containsExactlyInAnyOrderElementsOf(FilesSinkSpec.OWN_COLUMNS);
    }

    @ParameterizedTest
    @EnumSource
    void pages_are_compressed_as_the_file_says(Codec codec) throws Exception {
        List<ChangeRecord> changes = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            changes.add(change(i, "{\"_id\": " + i + ", \"text\": \"" + "lorem ipsum ".repeat(10) + "\"}"));
        }

        Path path = folder.resolve("codec.parquet");
        Files.write(path, bytes(changes, derived(changes.get(0)), UnfitPolicy.TEXT, codec, 1000));

        assertThat(duckDb.query("SELECT count(*), sum(_id) FROM '" + path + "'"))
                .containsExactly("5000|12497500");
        assertThat(duckDb.query(
                        "SELECT DISTINCT compression, row_group_num_rows FROM parquet_metadata('" + path + "')"))
                .containsExactly(codec.parquetName() + "|1000");
        assertThat(read(path))
                .hasSize(5000)
                .usingRecursiveFieldByFieldElementComparator()
                .isEqualTo(changes);
        assertThat(Files.size(path)).isLessThan(codec == Codec.NONE ? 3_000_000 : 1_000_000);
    }

    @Test
    void the_same_rows_are_the_same_bytes() throws Exception {
        List<ChangeRecord> changes = List.of(change(1, "{\"_id\": 1, \"a\": 1.5}"), change(2, "{\"b\": [1]}"));
        List<Column> columns = derived(changes.toArray(ChangeRecord[]::new));

        assertThat(bytes(changes, columns, UnfitPolicy.TEXT, Codec.GZIP, 1))
                .isEqualTo(bytes(changes, columns, UnfitPolicy.TEXT, Codec.GZIP, 1));
    }

    @Test
    void names_with_dots_quotes_and_nothing_in_them_are_columns() throws Exception {
        ChangeRecord change =
                change(1, "{\"\": 1, \"a.b\": 2, \"op\": 3, \"q\\\"\": 4, \"ü\": 5, \"$d\": 6, \" \": 7, \"DOC\": 8}");

        String file = write(List.of(change), derived(change), UnfitPolicy.TEXT);

        assertThat(duckDb.query("SELECT _, \"a.b\", op_, \"q\"\"\", \"ü\", \"$d\", \" \", \"DOC_\" FROM " + file))
                .containsExactly("1|2|3|4|5|6|7|8");
    }

    @Test
    void a_document_of_15_mb_is_read_back() throws Exception {
        byte[] large = new byte[15 << 20];
        Arrays.fill(large, (byte) 'x');
        BsonDocument document = new BsonDocument("_id", new org.bson.BsonInt32(1))
                .append("text", new org.bson.BsonString(new String(large, java.nio.charset.StandardCharsets.US_ASCII)));
        ChangeRecord change = Changes.insert(CITIES, "{\"_id\": 1}", version(1), bson(document));
        List<ChangeRecord> changes = List.of(change, change(2, "{\"_id\": 2}"));

        String file = write(changes, derived(change), UnfitPolicy.TEXT);

        assertThat(duckDb.query("SELECT _id, length(text), length(doc) FROM " + file))
                .containsExactly("1|15728640|" + (15728640 + 36), "2|null|26");
        assertThat(read(path(file)).get(0).document()).isEqualTo(change.document());
    }

    @Property(tries = 100)
    void any_documents_are_read_back(@ForAll("batches") List<BsonDocument> documents) throws Exception {
        List<ChangeRecord> changes = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            changes.add(Changes.insert(CITIES, "{\"_id\": " + i + "}", version(i), bson(documents.get(i))));
        }

        String file = write(changes, derived(changes.toArray(ChangeRecord[]::new)), UnfitPolicy.TEXT);

        assertThat(duckDb.query("SELECT * FROM " + file)).hasSameSizeAs(changes);
        List<String> texts = duckDb.query("SELECT doc FROM " + file);
        List<ChangeRecord> read = read(path(file));
        for (int i = 0; i < changes.size(); i++) {
            // Through the driver's own canonical form: Extended JSON has one NaN where BSON has many.
            byte[] canonical = bson(documents.get(i).toJson(CANONICAL));
            assertThat(bson(texts.get(i))).isEqualTo(canonical);
            assertThat(read.get(i).document()).isEqualTo(canonical);
            assertThat(read.get(i))
                    .usingRecursiveComparison()
                    .ignoringFields("document")
                    .isEqualTo(changes.get(i));
        }
    }

    @Test
    void a_parquet_file_of_something_else_is_told() throws Exception {
        Path path = folder.resolve("other.parquet");
        duckDb.query("COPY (SELECT 1 AS op) TO '" + path + "' (FORMAT parquet)");

        assertThatThrownBy(() -> read(path))
                .isInstanceOf(IOException.class)
                .hasMessage("a Parquet file, but not one of changes");
    }

    @Provide
    Arbitrary<List<BsonDocument>> batches() {
        return BsonValues.documents(3).list().ofMinSize(1).ofMaxSize(30);
    }

    private static Version version(int n) {
        return Version.event(clusterTime(1_700_000_000L, n));
    }

    private static ChangeRecord change(int n, String document) {
        return Changes.of(Op.CREATE, CITIES, bson("{\"_id\": " + n + "}"), version(n), bson(document));
    }

    /** The columns that are derived of some documents. */
    private static List<Column> derived(ChangeRecord... changes) {
        ColumnPlan plan = new ColumnPlan(
                List.of(new CollectionColumnsSpec(
                        CollectionSelector.parse("geo.rivers"), List.of(new ColumnSpec("a", null, "int")))),
                FilesSinkSpec.OWN_COLUMNS);
        for (ChangeRecord change : changes) {
            plan.learn(change);
        }
        return plan.columns(CITIES);
    }

    /** Writes a file of one row group; returns its name in quotes. */
    private static String write(List<ChangeRecord> changes, List<Column> columns, UnfitPolicy unfit)
            throws IOException {
        Path path = folder.resolve("changes.parquet");
        Files.write(path, bytes(changes, columns, unfit, Codec.NONE, changes.size()));
        return "'" + path + "'";
    }

    private static Path path(String quoted) {
        return Path.of(quoted.substring(1, quoted.length() - 1));
    }

    private static byte[] bytes(
            List<ChangeRecord> changes, List<Column> columns, UnfitPolicy unfit, PageCodec codec, int rowGroup)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ParquetChanges file = new ParquetChanges(out, columns, unfit, codec);
        for (int from = 0; from < changes.size(); from += rowGroup) {
            file.rowGroup(changes.subList(from, Math.min(changes.size(), from + rowGroup)));
        }
        file.finish();
        return out.toByteArray();
    }

    private static List<ChangeRecord> read(Path path) throws IOException {
        List<ChangeRecord> changes = new ArrayList<>();
        ParquetChangeReader.read(new LocalInputFile(path), Codec::of, null, changes::add);
        return changes;
    }

    private enum Codec implements PageCodec {
        NONE(CompressionCodecName.UNCOMPRESSED) {
            @Override
            public java.io.OutputStream compress(java.io.OutputStream out) {
                return out;
            }

            @Override
            public java.io.InputStream decompress(java.io.InputStream in) {
                return in;
            }
        },
        GZIP(CompressionCodecName.GZIP) {
            @Override
            public java.io.OutputStream compress(java.io.OutputStream out) throws IOException {
                return new java.util.zip.GZIPOutputStream(out);
            }

            @Override
            public java.io.InputStream decompress(java.io.InputStream in) throws IOException {
                return new java.util.zip.GZIPInputStream(in);
            }
        };

        private final CompressionCodecName parquetName;

        Codec(CompressionCodecName parquetName) {
            this.parquetName = parquetName;
        }

        static Codec of(CompressionCodecName name) {
            return name == GZIP.parquetName ? GZIP : NONE;
        }

        @Override
        public CompressionCodecName parquetName() {
            return parquetName;
        }
    }
}
