/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.ImmutableSerializer;
import io.penstock.record.Key;
import io.penstock.record.RecordType;
import io.penstock.record.Sha256;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.BitSet;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * A {@link Digest} for each of the 1,024 buckets, of rows or of what changed among them: then counts and sums may be less than zero, modulo
 * 2^64 and 2^256. Sums are four longs each, so that adding a row allocates nothing. 40 KB; not for several threads.
 */
final class Buckets {
    static final TypeInformation<Buckets> TYPE = new RecordType<>(Buckets.class, Serializer.INSTANCE);

    private static final int LIMBS = 4;
    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private final long[] counts = new long[Key.BUCKETS];
    /** Of each bucket the four parts of its sum, the most significant first. */
    private final long[] sums = new long[Key.BUCKETS * LIMBS];
    /** The buckets that were ever changed. */
    private final BitSet touched = new BitSet(Key.BUCKETS);

    /** A row came. */
    void add(int bucket, byte[] rowHash) {
        counts[bucket]++;
        touched.set(bucket);
        add(bucket, limb(rowHash, 0), limb(rowHash, 1), limb(rowHash, 2), limb(rowHash, 3));
    }

    /** A row went. */
    void subtract(int bucket, byte[] rowHash) {
        counts[bucket]--;
        touched.set(bucket);
        int at = bucket * LIMBS;
        long borrow = 0;
        for (int limb = LIMBS - 1; limb >= 0; limb--) {
            long from = sums[at + limb];
            long less = limb(rowHash, limb);
            long difference = from - less;
            sums[at + limb] = difference - borrow;
            borrow = Long.compareUnsigned(from, less) < 0 || (borrow == 1 && difference == 0) ? 1 : 0;
        }
    }

    /** Adds all of another table. */
    void add(Buckets other) {
        for (int bucket = other.touched.nextSetBit(0); bucket >= 0; bucket = other.touched.nextSetBit(bucket + 1)) {
            int at = bucket * LIMBS;
            counts[bucket] += other.counts[bucket];
            touched.set(bucket);
            add(bucket, other.sums[at], other.sums[at + 1], other.sums[at + 2], other.sums[at + 3]);
        }
    }

    private void add(int bucket, long first, long second, long third, long fourth) {
        int at = bucket * LIMBS;
        long carry = addLimb(at + 3, fourth, 0);
        carry = addLimb(at + 2, third, carry);
        carry = addLimb(at + 1, second, carry);
        addLimb(at, first, carry);
    }

    private long addLimb(int at, long more, long carry) {
        long before = sums[at];
        long sum = before + more;
        sums[at] = sum + carry;
        return Long.compareUnsigned(sum, before) < 0 || (carry == 1 && sum == -1L) ? 1 : 0;
    }

    private static long limb(byte[] bytes, int limb) {
        return (long) BIG_ENDIAN.get(bytes, limb * Long.BYTES);
    }

    /** Whether every bucket is as at the beginning: then nothing was ever added. */
    boolean isUntouched() {
        return touched.isEmpty();
    }

    /** Puts a bucket's digest in. */
    void set(int bucket, Digest digest) {
        counts[bucket] = digest.documents();
        touched.set(bucket);
        for (int limb = 0; limb < LIMBS; limb++) {
            sums[bucket * LIMBS + limb] = limb(digest.sum(), limb);
        }
    }

    /** One bucket's digest. */
    Digest of(int bucket) {
        byte[] sum = new byte[Digest.BYTES];
        for (int limb = 0; limb < LIMBS; limb++) {
            BIG_ENDIAN.set(sum, limb * Long.BYTES, sums[bucket * LIMBS + limb]);
        }
        return new Digest(counts[bucket], sum);
    }

    /** The digest of all buckets' rows together. */
    Digest total() {
        Buckets all = new Buckets();
        for (int bucket = touched.nextSetBit(0); bucket >= 0; bucket = touched.nextSetBit(bucket + 1)) {
            int at = bucket * LIMBS;
            all.counts[0] += counts[bucket];
            all.add(0, sums[at], sums[at + 1], sums[at + 2], sums[at + 3]);
        }
        return all.of(0);
    }

    /** The buckets that hold rows, or whose sum is not zero. */
    BitSet occupied() {
        BitSet occupied = new BitSet(Key.BUCKETS);
        for (int bucket = touched.nextSetBit(0); bucket >= 0; bucket = touched.nextSetBit(bucket + 1)) {
            int at = bucket * LIMBS;
            if ((counts[bucket] | sums[at] | sums[at + 1] | sums[at + 2] | sums[at + 3]) != 0) {
                occupied.set(bucket);
            }
        }
        return occupied;
    }

    /**
     * The root of a binary Merkle tree with a leaf for each bucket, in order. A leaf is SHA-256 over a zero byte, the bucket's number in two
     * bytes, its count in eight and its sum in 32; a node over a one byte and its two children's hashes; all big endian.
     */
    byte[] root() {
        byte[][] level = new byte[Key.BUCKETS][];
        byte[] leaf = new byte[1 + Short.BYTES + Long.BYTES + Digest.BYTES];
        leaf[0] = LEAF;
        for (int bucket = 0; bucket < Key.BUCKETS; bucket++) {
            leaf[1] = (byte) (bucket >>> 8);
            leaf[2] = (byte) bucket;
            BIG_ENDIAN.set(leaf, 3, counts[bucket]);
            for (int limb = 0; limb < LIMBS; limb++) {
                BIG_ENDIAN.set(leaf, 3 + (1 + limb) * Long.BYTES, sums[bucket * LIMBS + limb]);
            }
            level[bucket] = Sha256.digest().digest(leaf);
        }
        for (int width = Key.BUCKETS / 2; width > 0; width /= 2) {
            for (int i = 0; i < width; i++) {
                MessageDigest node = Sha256.digest();
                node.update(NODE);
                node.update(level[2 * i]);
                level[i] = node.digest(level[2 * i + 1]);
            }
        }
        return level[0];
    }

    /** Writes the buckets that hold something. */
    void write(DataOutputView out) throws IOException {
        BitSet occupied = occupied();
        out.writeShort(occupied.cardinality());
        for (int bucket = occupied.nextSetBit(0); bucket >= 0; bucket = occupied.nextSetBit(bucket + 1)) {
            out.writeShort(bucket);
            out.writeLong(counts[bucket]);
            for (int limb = 0; limb < LIMBS; limb++) {
                out.writeLong(sums[bucket * LIMBS + limb]);
            }
        }
    }

    /** Reads what {@link #write} wrote. */
    static Buckets read(DataInputView in) throws IOException {
        Buckets buckets = new Buckets();
        int occupied = in.readUnsignedShort();
        for (int i = 0; i < occupied; i++) {
            int bucket = in.readUnsignedShort();
            buckets.touched.set(bucket);
            buckets.counts[bucket] = in.readLong();
            for (int limb = 0; limb < LIMBS; limb++) {
                buckets.sums[bucket * LIMBS + limb] = in.readLong();
            }
        }
        return buckets;
    }

    /** Both together; neither is changed, as what lies in state must not be. */
    Buckets plus(Buckets other) {
        Buckets sum = new Buckets();
        sum.add(this);
        sum.add(other);
        return sum;
    }

    /** Format 1: see {@link #write}. */
    static final class Serializer extends ImmutableSerializer<Buckets> {
        private static final long serialVersionUID = 1L;
        static final Serializer INSTANCE = new Serializer();

        @Override
        protected int format() {
            return 1;
        }

        @Override
        protected void write(Buckets buckets, DataOutputView out) throws IOException {
            buckets.write(out);
        }

        @Override
        protected Buckets read(int format, DataInputView in) throws IOException {
            return Buckets.read(in);
        }

        @Override
        public TypeSerializerSnapshot<Buckets> snapshotConfiguration() {
            return new Snapshot();
        }
    }

    /** How Flink finds the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Buckets> {
        public Snapshot() {
            super(() -> Serializer.INSTANCE);
        }
    }
}
