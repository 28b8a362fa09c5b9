/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.Key;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class BucketsTest {
    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);

    private record Row(int bucket, byte[] hash, boolean added) {}

    @Property(tries = 200)
    void sumsAreThoseOfWholeNumbersWhateverTheOrder(@ForAll long seed, @ForAll @IntRange(max = 60) int count) {
        Random random = new Random(seed);
        BigInteger expected = BigInteger.ZERO;
        long documents = 0;
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Row row = new Row(random.nextInt(3), hash(random), random.nextInt(3) > 0);
            rows.add(row);
            BigInteger value = new BigInteger(1, row.hash());
            expected = (row.added() ? expected.add(value) : expected.subtract(value)).mod(MODULUS);
            documents += row.added() ? 1 : -1;
        }
        Collections.shuffle(rows, random);
        Buckets first = new Buckets();
        Buckets second = new Buckets();
        for (Row row : rows) {
            Buckets part = random.nextBoolean() ? first : second;
            if (row.added()) {
                part.add(row.bucket(), row.hash());
            } else {
                part.subtract(row.bucket(), row.hash());
            }
        }
        Digest total = first.plus(second).total();

        assertThat(new BigInteger(1, total.sum())).isEqualTo(expected);
        assertThat(total.documents()).isEqualTo(documents);
    }

    /** Carries run through all four longs: hashes that are nearly all ones or nearly all zeros. */
    private static byte[] hash(Random random) {
        byte[] hash = new byte[Digest.BYTES];
        random.nextBytes(hash);
        int kind = random.nextInt(3);
        for (int i = 0; i < hash.length && kind < 2; i++) {
            if (random.nextInt(8) > 0) {
                hash[i] = (byte) (kind == 0 ? 0xFF : 0);
            }
        }
        return hash;
    }

    @Test
    void aRowThatComesAndGoesLeavesNothing() {
        Buckets buckets = new Buckets();
        byte[] hash = hash(new Random(1));
        buckets.add(7, hash);
        buckets.subtract(7, hash);

        assertThat(buckets.occupied().isEmpty()).isTrue();
        assertThat(buckets.root()).isEqualTo(new Buckets().root());
    }

    /** Golden, and in docs/formats.md: what others compute must be the same. */
    @Test
    void theRootsOfTheDocumentsVectorsHold() {
        Buckets buckets = new Buckets();
        assertThat(hex(buckets.root())).isEqualTo(Vectors.EMPTY_ROOT);
        Vectors.rows().forEach((key, hash) -> buckets.add(key.bucket(), hash));
        assertThat(buckets.total()).hasToString("2:" + Vectors.DIGEST);
        assertThat(hex(buckets.root())).isEqualTo(Vectors.ROOT);
    }

    @Test
    void theFormInStateIsPinnedAndHoldsWhatMatters() throws Exception {
        Buckets buckets = new Buckets();
        byte[] one = new byte[Digest.BYTES];
        one[31] = 1;
        buckets.subtract(Key.BUCKETS - 1, one);
        DataOutputSerializer out = new DataOutputSerializer(64);
        Buckets.Serializer.INSTANCE.serialize(buckets, out);

        assertThat(hex(out.getCopyOfBuffer())).isEqualTo("01" + "0001" + "03ff" + "ff".repeat(8) + "ff".repeat(32));
        Buckets read = Buckets.Serializer.INSTANCE.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
        assertThat(read.root()).isEqualTo(buckets.root());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
