/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.Delivery;
import io.penstock.record.Delivery.Placed;
import io.penstock.record.Delivery.Refused;
import io.penstock.record.Version;
import io.penstock.window.ChainCheck.Place;
import io.penstock.window.ChainCheck.Problem;
import io.penstock.window.Receipt.DeadLettered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The form that is hashed, signed and documented; and what is found when receipts do not fit their manifests. */
class ReceiptTest {
    private static final long WINDOW = 28_333_334;
    private static final Placed DELIVERY =
            new Placed(Vectors.NS, WINDOW, "geo.cities", 3, 120, 161, 2, "penstock-cities-kafka-1-8");

    /** That of the formats page; the window of another number is told apart by nothing else here. */
    private static Manifest manifest() throws IOException {
        return Manifest.read(line("{\"content\":"));
    }

    private static byte[] line(String beginning) throws IOException {
        return Files.readAllLines(Path.of("docs/formats.md")).stream()
                .filter(line -> line.startsWith(beginning))
                .findFirst()
                .orElseThrow()
                .getBytes(UTF_8);
    }

    private static Place place(long window) {
        return new Place(1, "geo.cities", window, window, "receipts/" + window + "-kafka.json");
    }

    @Test
    void theReceiptOfTheFormatsPageIsWrittenSo() throws Exception {
        byte[] json = ReceiptText.write(manifest(), "kafka", List.of(DELIVERY), null);
        assertThat(new String(json, UTF_8)).isEqualTo(new String(line("{\"deliveries\":"), UTF_8));
        Receipt read = Receipt.read(json);
        assertThat(read.manifestHash()).isEqualTo(manifest().manifestHash());
        assertThat(read.ranges().get(0).last()).isEqualTo(161);
    }

    @Test
    void whatWasSetAsideIsInTheReceiptHashedAndInOrderOfVersion() throws Exception {
        List<Delivery> deliveries = List.of(refused(9, "ab", null), DELIVERY, refused(8, null, "cd"));
        byte[] json = ReceiptText.write(manifest(), "kafka", deliveries, null);
        assertThat(new String(json, UTF_8)).isEqualTo(new String(line("{\"deadLettered\":"), UTF_8));
        Receipt read = Receipt.read(json);
        assertThat(read.deadLettered())
                .containsExactly(
                        new DeadLettered("{\"_id\":8}", Version.event(8).text(), 0, null, "cd"),
                        new DeadLettered("{\"_id\":9}", Version.event(9).text(), 0, "ab", null));
        assertThat(read.changes()).isEqualTo(4);
        byte[] taken = new String(json, UTF_8)
                .replace("{\\\"_id\\\":9}", "{\\\"_id\\\":7}")
                .getBytes(UTF_8);
        assertThatThrownBy(() -> Receipt.read(taken)).hasMessageContaining("does not have the hash");
    }

    @Test
    void whatWasSetAsideIsCountedWithTheRest() throws Exception {
        long changes = manifest().changes().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        assertThat(changes).isEqualTo(2);
        Placed one = new Placed(Vectors.NS, WINDOW, "geo.cities", 3, 120, 120, 1, "p");
        assertThat(problems(List.of(one, refused(9, "ab", null)))).isEmpty();
        assertThat(problems(List.of(refused(8, "ab", null), refused(9, "ab", null))))
                .isEmpty();
        assertThat(problems(List.of(one))).containsExactly("has 1 changes, and its manifest 2");
        assertThat(problems(List.of(one, refused(8, "ab", null), refused(9, "ab", null))))
                .containsExactly("has 1 changes and 2 that were set aside, and its manifest 2");
    }

    private static List<String> problems(List<Delivery> deliveries) throws IOException {
        ReceiptCheck check = new ReceiptCheck();
        check.manifest(place(WINDOW), manifest());
        check.receipt(place(WINDOW), "kafka", Receipt.read(ReceiptText.write(manifest(), "kafka", deliveries, null)));
        return check.finish().stream().map(Problem::what).toList();
    }

    private static Refused refused(int key, String rowHash, String previousRowHash) {
        return new Refused(
                Vectors.NS, WINDOW, "{\"_id\":" + key + "}", Version.event(key), 0, rowHash, previousRowHash);
    }

    @Test
    void aReceiptOfALaterReleaseOrThatWasFormattedIsRefused() throws Exception {
        String json = new String(ReceiptText.write(manifest(), "kafka", List.of(DELIVERY), null), UTF_8);
        assertThatThrownBy(() -> Receipt.read((json + "\n").getBytes(UTF_8))).hasMessageContaining("not as it was");
        assertThatThrownBy(() -> Receipt.read(
                        json.replace("\"format\":1", "\"format\":3").getBytes(UTF_8)))
                .hasMessageContaining("later release");
    }

    @Test
    void oneThatIsMissingBetweenTwoIsFound() throws Exception {
        ReceiptCheck check = new ReceiptCheck();
        for (long window = WINDOW; window < WINDOW + 3; window++) {
            check.manifest(place(window), manifest());
        }
        Receipt receipt = Receipt.read(ReceiptText.write(manifest(), "kafka", List.of(DELIVERY), null));
        check.receipt(place(WINDOW), "kafka", receipt);
        assertThat(check.finish()).isEmpty();

        check.unreadable(place(WINDOW + 2), "kafka", "is no JSON");
        assertThat(check.finish())
                .extracting(Problem::what)
                .anyMatch(what -> what.contains("that of window " + (WINDOW + 1) + " of sink kafka is missing"));
    }
}
