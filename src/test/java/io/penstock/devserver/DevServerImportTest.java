/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.Namespace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevServerImportTest {
    private static final List<BsonDocument> THREE = List.of(
            BsonDocument.parse("{_id: {$numberLong: '1'}, d: {$date: '2026-01-02T03:04:05Z'}}"),
            BsonDocument.parse("{_id: {$oid: '000000000000000000000001'}, '': [1.5, {$numberDecimal: '1.50'}]}"),
            BsonDocument.parse("{s: 'é\uD83D\uDE00', u: {$undefined: true}}"));

    @TempDir
    Path folder;

    @Test
    void linesMayBeCanonicalOrRelaxedAndBlank() throws IOException {
        String lines = "\uFEFF{\"_id\": {\"$numberLong\": \"1\"}, \"d\": {\"$date\": \"2026-01-02T03:04:05Z\"}}\r\n\n"
                + "{\"_id\": {\"$oid\": \"000000000000000000000001\"}, \"\": [{\"$numberDouble\": \"1.5\"}, {\"$numberDecimal\": \"1.50\"}]}  \n"
                + "{\"s\": \"é\uD83D\uDE00\", \"u\": {\"$undefined\": true}}";
        assertThat(imported(write("a.json", text(lines)))).isEqualTo(THREE);
    }

    @Test
    void arraysMaySpanLines() throws IOException {
        String array = "\n["
                + String.join(
                        ",\n", THREE.stream().map(DevServerImportTest::json).toList()) + "\n]\n";
        assertThat(imported(write("a.json", text(array)))).isEqualTo(THREE);
        assertThat(imported(write("empty.json", text("[ ]")))).isEmpty();
    }

    @Test
    void dumpsAreDocumentsOneAfterTheOther() throws IOException {
        assertThat(imported(write("a.bson", dump()))).isEqualTo(THREE);
        assertThat(imported(write("empty.bson", new byte[0]))).isEmpty();
    }

    @Test
    void everyFormatMayBeGzipped() throws IOException {
        String lines =
                String.join("\n", THREE.stream().map(DevServerImportTest::json).toList());
        assertThat(imported(write("a.ndjson.gz", gzip(text(lines))))).isEqualTo(THREE);
        assertThat(imported(write("b.json.gz", gzip(text("[" + lines.replace("\n", ",") + "]")))))
                .isEqualTo(THREE);
        assertThat(imported(write("c.bson.gz", gzip(dump())))).isEqualTo(THREE);
    }

    @Test
    void documentsAreHandedOverInBoundedBatches() throws IOException {
        List<Integer> sizes = new ArrayList<>();
        Path many = write("many.json", text("{\"a\": 1}\n".repeat(2500)));
        assertThat(DevServerImport.read(many, batch -> sizes.add(batch.size()))).isEqualTo(2500);
        assertThat(sizes).containsExactly(1000, 1000, 500);
        sizes.clear();
        ByteArrayOutputStream large = new ByteArrayOutputStream();
        for (int i = 0; i < 5; i++) {
            large.writeBytes(bytes(new BsonDocument("b", new BsonBinary(new byte[3 * 1024 * 1024]))));
        }
        DevServerImport.read(write("large.bson", large.toByteArray()), batch -> sizes.add(batch.size()));
        assertThat(sizes).containsExactly(3, 2);
    }

    @Test
    void aMalformedLineIsNamed() throws IOException {
        assertFails("{\"a\": 1}\n\n{\"a\": }\n{\"a\": 2}", "bad.json, line 3: ");
        assertFails("{\"a\": 1}\n{\"a\": 1} {\"b\": 2}", "bad.json, line 2: something follows the document");
        assertFails("{\"a\": 1}\n{\n\"a\": 1}", "bad.json, line 2: ");
        assertFails("{\"a\": 1}\n7", "bad.json, line 2: ");
    }

    @Test
    void aMalformedArrayIsNamedByLine() throws IOException {
        assertFails("[\n{\"a\": 1},\n{\"a\": x}\n]", "bad.json, line 3: ");
        assertFails("[{\"a\": 1},\n 7]", "bad.json, line 2: expected a document, found a value of type INT32");
        assertFails("[{\"a\": 1}]\n{}", "bad.json, line 2: something follows the array");
        assertFails("[{\"a\": 1},", "bad.json, line ");
    }

    @Test
    void textThatIsNotUtf8IsRefusedRatherThanReplaced() throws IOException {
        Path file = write("bad.json", new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xFF, '"', '}'});
        assertThatThrownBy(() -> imported(file))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("not UTF-8");
    }

    @Test
    void aTruncatedOrBrokenDumpIsNamedByByte() throws IOException {
        byte[] whole = dump();
        int first = bytes(THREE.get(0)).length;
        assertDumpFails(Arrays.copyOf(whole, first + 9), "byte " + first + ": the file ends within the document");
        assertDumpFails(
                Arrays.copyOf(whole, first + 2), "byte " + first + ": the file ends within a document's length");
        byte[] noLength = whole.clone();
        ByteBuffer.wrap(noLength).putInt(first, -1);
        assertDumpFails(noLength, "byte " + first + ": no document begins here");
        byte[] wrongType = whole.clone();
        wrongType[first + 4] = 0x55;
        assertDumpFails(wrongType, "byte " + first + ": the document that begins here is malformed");
    }

    @Test
    void aTruncatedGzipFileIsNamed() throws IOException {
        byte[] zipped = gzip(text("{\"a\": 1}\n".repeat(100)));
        Path file = write("cut.json.gz", Arrays.copyOf(zipped, zipped.length - 12));
        assertThatThrownBy(() -> imported(file))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("ends too early");
    }

    @Test
    void specsNameACollectionAndAFile() {
        assertThat(ImportSpec.parse("geo.cities=a=b.json"))
                .isEqualTo(new ImportSpec(new Namespace("geo", "cities"), Path.of("a=b.json")));
        assertThatThrownBy(() -> ImportSpec.parse("geo.cities")).hasMessageContaining("database.collection=file");
        assertThatThrownBy(() -> ImportSpec.parse("geo=x")).hasMessageContaining("database.collection");
    }

    private void assertFails(String content, String message) throws IOException {
        Path file = write("bad.json", text(content));
        assertThatThrownBy(() -> imported(file))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining(message);
    }

    private void assertDumpFails(byte[] content, String message) throws IOException {
        Path file = write("bad.bson", content);
        assertThatThrownBy(() -> imported(file))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining(message);
    }

    private static List<BsonDocument> imported(Path file) throws IOException {
        List<BsonDocument> all = new ArrayList<>();
        long count =
                DevServerImport.read(file, batch -> batch.forEach(d -> all.add(d.decode(new BsonDocumentCodec()))));
        assertThat(all).hasSize((int) count);
        return all;
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private static String json(BsonDocument document) {
        return document.toJson(
                JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build());
    }

    private static byte[] text(String content) {
        return content.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] dump() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        THREE.forEach(document -> out.writeBytes(bytes(document)));
        return out.toByteArray();
    }

    private static byte[] bytes(BsonDocument document) {
        ByteBuffer buffer = new RawBsonDocument(document, new BsonDocumentCodec())
                .getByteBuffer()
                .asNIO();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream zipped = new GZIPOutputStream(out)) {
            zipped.write(content);
        }
        return out.toByteArray();
    }
}
