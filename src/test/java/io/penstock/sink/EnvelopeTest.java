/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink;

import static io.penstock.sink.Changes.CITIES;
import static io.penstock.sink.Changes.bson;
import static io.penstock.sink.Changes.clusterTime;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.record.BsonValues;
import io.penstock.record.ChangeRecord;
import io.penstock.record.Version;
import java.util.HexFormat;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.bson.BsonDocument;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
    private static final JsonWriterSettings CANONICAL =
            JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();
    private static final Version VERSION = Version.event(clusterTime(1_700_000_000L, 7));

    @Test
    void a_change_is_one_json_object_with_its_fields_in_order() {
        ChangeRecord change = Changes.insert(
                CITIES, "{\"_id\": 1, \"region\": \"eu\"}", VERSION, bson("{\"_id\": 1, \"name\": \"Bern\"}"));

        assertThat(json(change))
                .isEqualTo(
                        "{\"op\":\"c\",\"ns\":\"geo.cities\",\"key\":{\"_id\":{\"$numberInt\":\"1\"},\"region\":\"eu\"},"
                                + "\"version\":\"6553F10000000007\",\"revision\":0,"
                                + "\"doc\":{\"_id\":{\"$numberInt\":\"1\"},\"name\":\"Bern\"},"
                                + "\"epoch\":1,\"window\":28333333,\"shape\":\"30f171056dd9728f\",\"exportVersion\":\"5f1d2c3b4a596877\","
                                + "\"rowHash\":\"840821855ac86a481b134a6c6b3bc64eeff16acf176e716d5edd2035d73d19f3\",\"ts\":\"2023-11-14T22:13:20Z\"}");
    }

    @Test
    void a_delete_has_neither_document_nor_shape_nor_row_hash() {
        ChangeRecord change = Changes.delete(CITIES, "{\"_id\": \"x\"}", VERSION);

        assertThat(json(change))
                .isEqualTo("{\"op\":\"d\",\"ns\":\"geo.cities\",\"key\":{\"_id\":\"x\"},"
                        + "\"version\":\"6553F10000000007\",\"revision\":0,\"doc\":null,\"epoch\":1,\"window\":28333333,"
                        + "\"shape\":null,\"exportVersion\":\"5f1d2c3b4a596877\",\"rowHash\":null,"
                        + "\"ts\":\"2023-11-14T22:13:20Z\"}");
    }

    @Test
    void the_bson_envelope_is_pinned() {
        ChangeRecord change = Changes.insert(CITIES, "{\"_id\": 1}", VERSION, bson("{\"_id\": 1}"));

        assertThat(HexFormat.of().formatHex(bsonOf(change)))
                .isEqualTo(
                        "09010000026f7000020000006300026e73000b00000067656f2e63697469657300036b6579000e000000105f69640001"
                                + "000000000276657273696f6e00110000003635353346313030303030303030303700107265766973696f6e0000000000"
                                + "03646f63000e000000105f69640001000000001065706f636800010000001277696e646f77001555b001000000000273"
                                + "6861706500110000003338646466336137303532366262353200026578706f727456657273696f6e0011000000356631"
                                + "643263336234613539363837370005726f7748617368002000000000cc66aa71cf9e33c2ef499577ace60c3c247c2ae0"
                                + "290bed552d5c7ae7b912edd8097473000068e5cf8b01000000");
    }

    @Property(tries = 2000)
    void any_document_reads_back_from_json(@ForAll("documents") BsonDocument document) throws Exception {
        ChangeRecord change = Changes.insert(CITIES, "{\"_id\": 1}", VERSION, bson(document));

        String line = json(change);

        assertThat(line).doesNotContain("\n", "\r", "\u0085", "\u2028", "\u2029");
        assertThat(new ObjectMapper().readTree(line).get("op").asText()).isEqualTo("c");
        ChangeRecord read = ChangeDecoder.json(line);
        // Through the driver's own canonical form: Extended JSON has one NaN where BSON has many.
        assertThat(read.document()).isEqualTo(bson(document.toJson(CANONICAL)));
        assertThat(read).usingRecursiveComparison().ignoringFields("document").isEqualTo(change);
    }

    @Test
    void double_names_and_the_order_of_fields_are_kept() {
        byte[] document = {
            29, 0, 0, 0, 16, 'b', 0, 1, 0, 0, 0, 16, 'a', 0, 2, 0, 0, 0, 16, 'b', 0, 3, 0, 0, 0, 10, 'c', 0, 0
        };
        ChangeRecord change = Changes.insert(CITIES, "{\"_id\": 1}", VERSION, document);

        assertThat(json(change))
                .contains(
                        "{\"b\":{\"$numberInt\":\"1\"},\"a\":{\"$numberInt\":\"2\"},\"b\":{\"$numberInt\":\"3\"},\"c\":null}");
        assertSame(ChangeDecoder.json(json(change)), change);
        assertSame(ChangeDecoder.bson(bsonOf(change)), change);
    }

    @Property(tries = 500)
    void any_document_reads_back_from_bson(@ForAll("documents") BsonDocument document) {
        ChangeRecord change = Changes.insert(CITIES, "{\"_id\": 1}", VERSION, bson(document));

        assertSame(ChangeDecoder.bson(bsonOf(change)), change);
    }

    @Test
    void a_delete_reads_back() {
        ChangeRecord change = Changes.delete(CITIES, "{\"_id\": 1.0}", Version.row(clusterTime(1, 2)));

        assertSame(ChangeDecoder.json(json(change)), change);
        assertSame(ChangeDecoder.bson(bsonOf(change)), change);
    }

    @Provide
    Arbitrary<BsonDocument> documents() {
        return BsonValues.documents(3);
    }

    private static void assertSame(ChangeRecord read, ChangeRecord written) {
        assertThat(read).usingRecursiveComparison().isEqualTo(written);
    }

    private static String json(ChangeRecord change) {
        return new String(encode(new JsonEnvelope(), change), UTF_8);
    }

    private static byte[] bsonOf(ChangeRecord change) {
        return encode(new BsonEnvelope(), change);
    }

    private static byte[] encode(ChangeEncoder encoder, ChangeRecord change) {
        Bytes out = new Bytes(1);
        encoder.encode(change, out);
        return out.toByteArray();
    }
}
