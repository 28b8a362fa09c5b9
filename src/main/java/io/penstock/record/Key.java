/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import java.util.Arrays;
import java.util.HexFormat;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.bson.RawBsonDocument;

/**
 * A document's identity: its {@code _id} in canonical form, so that values which MongoDB's unique index holds for one are
 * one key whatever their stored type. State, buckets, row hashes and partitions use these bytes; the stored {@code _id}
 * is data, and a replace may change it ({@code 1} to {@code 1.0}).
 */
public final class Key {
    /** How many cells there are: the unit in which state is keyed and swept. */
    public static final int CELLS = 1 << 16;

    /** How many buckets there are: the unit of digests, of comparing and of repairing. */
    public static final int BUCKETS = 1 << 10;

    public static final TypeInformation<Key> TYPE = new RecordType<>(Key.class, KeySerializer.INSTANCE);

    private final byte[] bytes;
    private final int cell;

    /** For serializers: trusts that the cell is the one of the bytes. */
    Key(byte[] bytes, int cell) {
        this.bytes = bytes;
        this.cell = cell;
    }

    /**
     * The key of a raw BSON document, or of a change event's {@code documentKey}.
     *
     * @throws IllegalArgumentException when it has no {@code _id}
     */
    public static Key of(byte[] document) {
        byte[] canonical = CanonicalId.of(document);
        byte[] hash = Sha256.digest().digest(canonical);
        return new Key(canonical, (hash[0] & 0xFF) << 8 | (hash[1] & 0xFF));
    }

    /** The BSON of {@code {_id: canonical}}; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** The first 16 bits of SHA-256 over {@link #bytes()}: 0 to 65,535. */
    public int cell() {
        return cell;
    }

    /** The first 10 bits of SHA-256 over {@link #bytes()}: 0 to 1,023. */
    public int bucket() {
        return cell >>> 6;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Key key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The canonical {@code _id} as Extended JSON, for messages. */
    @Override
    public String toString() {
        try {
            return new RawBsonDocument(bytes).toJson();
        } catch (RuntimeException e) {
            return HexFormat.of().formatHex(bytes);
        }
    }
}
