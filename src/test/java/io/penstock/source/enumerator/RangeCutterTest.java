/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.source.server.CollectionSize;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RangeCutterTest {
    private static List<byte[]> ids(String letters) {
        return Stream.of(letters.split(""))
                .map(letter -> letter.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private static String text(List<byte[]> bounds) {
        StringBuilder text = new StringBuilder();
        bounds.forEach(bound -> text.append(new String(bound, StandardCharsets.UTF_8)));
        return text.toString();
    }

    @Test
    void boundsAreQuantilesOfTheSample() {
        assertThat(text(RangeCutter.everyNth(ids("abcdefgh"), 3))).isEqualTo("cf");
        assertThat(text(RangeCutter.everyNth(ids("abcdefghi"), 3))).isEqualTo("cf");
    }

    @Test
    void aDocumentThatWasSampledTwiceBoundsOneSplitOnly() {
        assertThat(text(RangeCutter.everyNth(ids("aabbccdd"), 1))).isEqualTo("abcd");
    }

    @Test
    void trap8SizesBeyondTwoGigabytesDoNotOverflow() {
        long tenTerabytes = 10L << 40;
        assertThat(RangeCutter.splits(new CollectionSize(1L << 33, tenTerabytes), 256L << 20, 0))
                .isEqualTo(40_960);
        assertThat(RangeCutter.splits(new CollectionSize(Long.MAX_VALUE, Long.MAX_VALUE), 1024, 1))
                .isEqualTo(100_000);
    }

    @Test
    void documentsAndBytesBothLimitASplit() {
        assertThat(RangeCutter.splits(new CollectionSize(1000, 10), 1024, 100)).isEqualTo(10);
        assertThat(RangeCutter.splits(new CollectionSize(10, 10_240), 1024, 100))
                .isEqualTo(10);
        assertThat(RangeCutter.splits(new CollectionSize(0, 0), 1024, 100)).isEqualTo(1);
    }
}
