/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.Delivery;
import io.penstock.window.ChainCheck.Place;
import io.penstock.window.ChainCheck.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The form that is hashed, signed and documented; and what is found when receipts do not fit their manifests. */
class ReceiptTest {
    private static final long WINDOW = 28_333_334;
    private static final Delivery DELIVERY =
            new Delivery(Vectors.NS, WINDOW, "geo.cities", 3, 120, 161, 2, "penstock-cities-kafka-1-8");

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
    void aReceiptOfALaterReleaseOrThatWasFormattedIsRefused() throws Exception {
        String json = new String(ReceiptText.write(manifest(), "kafka", List.of(DELIVERY), null), UTF_8);
        assertThatThrownBy(() -> Receipt.read((json + "\n").getBytes(UTF_8))).hasMessageContaining("not as it was");
        assertThatThrownBy(() -> Receipt.read(
                        json.replace("\"format\":1", "\"format\":2").getBytes(UTF_8)))
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
