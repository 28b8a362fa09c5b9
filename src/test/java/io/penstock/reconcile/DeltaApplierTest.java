/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import static io.penstock.reconcile.Scene.bson;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.reconcile.InexactRow.Outcome;
import io.penstock.record.BsonValues;
import io.penstock.record.ChangeEvent;
import io.penstock.record.SnapshotRow;
import io.penstock.record.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonElement;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deltas on raw images, against a reference that applies the same updates to decoded documents. */
class DeltaApplierTest {
    private static final List<String> PLAIN = List.of("_id", "a", "b", "c", "ä", "constructor", "l");
    private static final List<String> ANY = List.of("", "a", "b", "a.b", ".", "$set", "ä", "0", "1", "l");

    private final DeltaApplier applier = new DeltaApplier();

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void anUpdateOfPlainNamesGivesWhatTheServerHas(
            @ForAll("plain") BsonDocument before, @ForAll("seeds") Random random) {
        BsonDocument after = before.clone();
        Updates update = new Updates(random, PLAIN, DeltaApplierTest::value).apply(after, 1 + random.nextInt(6));
        byte[] result = apply(bson(before), update.description());
        Statistics.label("changes").collect(!update.isEmpty());
        assertThat(result).isNotNull();
        assertThat(result).isEqualTo(bson(after));
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void namedStepsMakeAnyNamesCertain(@ForAll("any") BsonDocument before, @ForAll("seeds") Random random) {
        BsonDocument after = before.clone();
        Updates update = new Updates(random, ANY, DeltaApplierTest::value).apply(after, 1 + random.nextInt(6));
        if (!update.collides()) {
            byte[] result = apply(bson(before), update.disambiguated());
            assertThat(result).isNotNull();
            assertThat(result).isEqualTo(bson(after));
        }
    }

    /** Never wrong where it cannot know: without named steps the result is right or there is none. */
    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void withoutNamedStepsTheResultIsRightOrThereIsNone(
            @ForAll("any") BsonDocument before, @ForAll("seeds") Random random) {
        BsonDocument after = before.clone();
        List<String> literal = List.of("a", "b", "l", "0", "");
        Updates update = new Updates(random, literal, DeltaApplierTest::value).apply(after, 1 + random.nextInt(3));
        byte[] result = apply(bson(before), update.description());
        Statistics.collect(result == null ? "looked up" : "told");
        if (result != null) {
            assertThat(result).as(Scene.json(result)).isEqualTo(bson(after));
        }
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void aRowThatIncludesSomeOfTheEventsBecomesTheDocumentAfterAllOfThem(
            @ForAll("plain") BsonDocument base, @ForAll("seeds") Random random) {
        List<byte[]> images = new ArrayList<>(List.of(bson(base)));
        List<ChangeEvent> events = new ArrayList<>();
        Scene scene = new Scene();
        BsonDocument document = base.clone();
        for (int i = 1; i <= 4; i++) {
            Updates update = new Updates(random, PLAIN, DeltaApplierTest::value).apply(document, 2);
            events.add(scene.event(
                    Version.event(Scene.time(10 + i)),
                    ChangeEvent.Kind.UPDATE,
                    "{_id: 1}",
                    null,
                    update.description().toJson()));
            images.add(bson(document));
        }
        for (byte[] image : images) {
            SnapshotRow row = new SnapshotRow(
                    Scene.NS, events.get(0).key(), Version.row(Scene.time(20)), Scene.time(10), 1, image);
            Outcome outcome = new InexactRow().settle(row, events);
            Statistics.collect(outcome instanceof Outcome.Unclear ? "looked up" : "told");
            if (outcome instanceof Outcome.Document told) {
                assertThat(told.document()).isEqualTo(bson(document));
            } else {
                assertThat(outcome).isInstanceOf(Outcome.Unclear.class);
            }
        }
    }

    @Test
    void newFieldsComeLastInTheUpdatesOrder() {
        assertThat(after("{_id: 1, m: 0}", "{updatedFields: {z: 1, m: 2, a: 3}}"))
                .isEqualTo("{\"_id\": 1, \"m\": 2, \"z\": 1, \"a\": 3}");
    }

    @Test
    void anArrayIsFilledWithNullsUpToANewIndex() {
        assertThat(after("{_id: 1, l: [0]}", "{updatedFields: {'l.3': 3}}"))
                .isEqualTo("{\"_id\": 1, \"l\": [0, null, null, 3]}");
    }

    @Test
    void anArrayIsCutBeforeItGrowsAgain() {
        assertThat(after(
                        "{_id: 1, l: [0, 1, 2, 3]}",
                        "{updatedFields: {'l.0': 9}, removedFields: [], truncatedArrays: [{field: 'l', newSize: 2}]}"))
                .isEqualTo("{\"_id\": 1, \"l\": [9, 1]}");
    }

    @Test
    void aNumberIsAFieldInADocumentAndAnIndexInAnArray() {
        assertThat(after("{_id: 1, d: {'0': 'x'}, l: ['x']}", "{updatedFields: {'d.0': 1, 'l.0': 2}}"))
                .isEqualTo("{\"_id\": 1, \"d\": {\"0\": 1}, \"l\": [2]}");
    }

    @Test
    void documentsInsideOfArraysAreReached() {
        assertThat(after("{_id: 1, l: [{a: 1, b: 2}]}", "{updatedFields: {'l.0.c': 3}, removedFields: ['l.0.a']}"))
                .isEqualTo("{\"_id\": 1, \"l\": [{\"b\": 2, \"c\": 3}]}");
    }

    /** What cannot be told is looked up. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            parent missing                        | {_id: 1}                  | {updatedFields: {'a.b': 1}}
            parent is no container                | {_id: 1, a: 5}            | {updatedFields: {'a.b': 1}}
            removed field is not there            | {_id: 1}                  | {removedFields: ['a']}
            removed below a missing parent        | {_id: 1}                  | {removedFields: ['a.b']}
            cut array is not there                | {_id: 1}                  | {truncatedArrays: [{field: 'l', newSize: 1}]}
            cut array is a document               | {_id: 1, l: {}}           | {truncatedArrays: [{field: 'l', newSize: 0}]}
            cut array is shorter                  | {_id: 1, l: [1]}          | {truncatedArrays: [{field: 'l', newSize: 2}]}
            a name where an index belongs         | {_id: 1, l: [1]}          | {updatedFields: {'l.x': 1}}
            an index beyond what servers fill     | {_id: 1, l: [1]}          | {updatedFields: {'l.2000000': 1}}
            empty name in the delta               | {_id: 1, '': 0}           | {updatedFields: {'': 1}}
            empty step in the delta               | {_id: 1, a: {'': 0}}      | {updatedFields: {'a.': 1}}
            dollar in the delta                   | {_id: 1, $x: 0}           | {updatedFields: {$x: 1}}
            dotted name beside the path           | {_id: 1, a: {'b.c': 0, b: {}}} | {updatedFields: {'a.b.c': 1}}
            dotted name at the top                | {_id: 1, 'a.b': 0, a: {}} | {updatedFields: {'a.b': 1}}
            empty name on the way                 | {_id: 1, a: {'': 0, b: 0}} | {updatedFields: {'a.b': 1}}
            dollar name on the way                | {_id: 1, a: {$b: 0, b: 0}} | {updatedFields: {'a.b': 1}}
            a field set to what it is: it moved   | {_id: 1, p: 1, q: 2}      | {updatedFields: {p: 1}}
            the same below the top                | {_id: 1, a: {p: 1, q: 2}} | {updatedFields: {'a.p': 1}}
            two things said of one place          | {_id: 1, a: {b: 1}}       | {updatedFields: {a: 1, 'a.b': 2}}
            """)
    void isLookedUp(String why, String image, String delta) {
        assertThat(applier.apply(bson(image), Delta.parse(bson(delta)))).as(why).isNull();
    }

    @Test
    void aDottedNameElsewhereDoesNotMatter() {
        assertThat(after("{_id: 1, 'x.y': 0, a: 1}", "{updatedFields: {a: 2}}"))
                .isEqualTo("{\"_id\": 1, \"x.y\": 0, \"a\": 2}");
    }

    @Test
    void aLiteralDottedFieldIsToldFromAPathWhenTheServerNamesItsSteps() {
        assertThat(after(
                        "{_id: 1, a: {b: {z: 1}}}",
                        "{updatedFields: {'a.b.c': 1}, disambiguatedPaths: {'a.b.c': ['a', 'b.c']}}"))
                .isEqualTo("{\"_id\": 1, \"a\": {\"b\": {\"z\": 1}, \"b.c\": 1}}");
    }

    @Test
    void anEmptyUpdateLeavesTheBytesAsTheyAre() {
        byte[] image = bson("{_id: 1, a: {b: [1, {c: 2}]}}");
        assertThat(applier.apply(image, Delta.parse(bson("{updatedFields: {}, removedFields: []}"))))
                .isEqualTo(image);
    }

    @Test
    void aLargeImageIsAppliedInOnePiece() {
        BsonDocument document = new BsonDocument("_id", new BsonInt32(1));
        for (int i = 0; i < 300; i++) {
            document.append("field" + i, new BsonString("x".repeat(50_000)));
        }
        byte[] after = apply(bson(document), BsonDocument.parse("{updatedFields: {field7: 'short'}}"));
        document.put("field7", new BsonString("short"));
        assertThat(after).isEqualTo(bson(document));
    }

    private String after(String image, String delta) {
        byte[] result = applier.apply(bson(image), Delta.parse(bson(delta)));
        assertThat(result).isNotNull();
        return Scene.json(result);
    }

    private byte[] apply(byte[] image, BsonDocument description) {
        return applier.apply(image, Delta.parse(bson(description)));
    }

    private static BsonValue value(Random random, int depth) {
        int kind = random.nextInt(depth > 2 ? 2 : 5);
        return switch (kind) {
            case 0 -> new BsonInt32(random.nextInt());
            case 1 -> new BsonString("s" + random.nextInt());
            case 2 -> new BsonDocument("b", new BsonInt32(random.nextInt()))
                    .append("a", new BsonDocument("c", new BsonInt32(random.nextInt())));
            case 3 -> new BsonArray(List.of(new BsonInt32(random.nextInt()), new BsonDocument("a", new BsonInt32(1))));
            default -> new BsonDocument();
        };
    }

    @Provide
    Arbitrary<Random> seeds() {
        return Arbitraries.longs().map(Random::new);
    }

    @Provide
    Arbitrary<BsonDocument> plain() {
        return documents(PLAIN, 2);
    }

    @Provide
    Arbitrary<BsonDocument> any() {
        return documents(ANY, 2);
    }

    /** Documents with an {@code _id}, of every type of value, nested. */
    private static Arbitrary<BsonDocument> documents(List<String> names, int depth) {
        return inner(names.stream().filter(n -> !n.equals("_id")).toList(), depth)
                .map(rest -> {
                    BsonDocument document = new BsonDocument("_id", new BsonInt32(1));
                    document.putAll(rest);
                    return document;
                });
    }

    private static Arbitrary<BsonDocument> inner(List<String> names, int depth) {
        Arbitrary<BsonValue> values = BsonValues.scalars();
        if (depth > 0) {
            Arbitrary<BsonDocument> below = inner(names, depth - 1);
            values = Arbitraries.oneOf(
                    values,
                    below.map(d -> (BsonValue) d),
                    Arbitraries.oneOf(BsonValues.scalars(), below.map(d -> (BsonValue) d))
                            .list()
                            .ofMaxSize(4)
                            .map(BsonArray::new));
        }
        return Combinators.combine(Arbitraries.of(names), values)
                .as(BsonElement::new)
                .list()
                .ofMaxSize(4)
                .map(BsonDocument::new);
    }
}
