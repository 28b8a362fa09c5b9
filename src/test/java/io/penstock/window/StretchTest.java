/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.record.CanonicalJson;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Windows in which nothing happened, stored as one manifest: each has the hashes that it would have alone. */
class StretchTest {
    private static final WindowLength LENGTH = new WindowLength(1_000);
    private static final Run RUN = new Run(2, 3, "images", 0, 4, List.of(), null, List.of());

    private static ObjectNode alone(long window, String previous) {
        Buckets buckets = new Buckets();
        Vectors.rows().forEach((key, hash) -> buckets.add(key.bucket(), hash));
        Content content = Content.of(
                Vectors.NS, window, Content.Kind.WINDOW, LENGTH, 0, new WindowDelta(), buckets, "5f1d2c3b4a596877");
        return ManifestText.manifest(content, RUN, previous);
    }

    private static String hash(ObjectNode manifest) {
        return manifest.get("manifestHash").textValue();
    }

    @Test
    void eachWindowHasTheManifestThatItWouldHaveAlone() throws Exception {
        ObjectNode expected = alone(1_001, "ab".repeat(32));
        Stretch stretch = new Stretch(expected);
        for (long window = 1_002; window <= 1_020; window++) {
            expected = alone(window, hash(expected));
            assertThat(stretch.grow()).as("window %d", window).isEqualTo(hash(expected));
        }
        byte[] stored = stretch.json(null);
        List<Manifest> all = Manifest.all(stored);
        assertThat(all).hasSize(20);
        expected = alone(1_001, "ab".repeat(32));
        for (int i = 0; i < all.size(); i++) {
            assertThat(Manifest.alone(stored).get(i)).isEqualTo(CanonicalJson.bytes(expected));
            assertThat(all.get(i).contentHash())
                    .isEqualTo(expected.get("contentHash").textValue());
            expected = alone(1_002 + i, hash(expected));
        }
        Manifest read = Manifest.read(stored);
        assertThat(read.last()).isEqualTo(1_020);
        assertThat(read.lastHash()).isEqualTo(stretch.hash());
        assertThat(read.hasHash(stretch.hash())).isTrue();
    }

    @Test
    void aSingleWindowIsStoredAsIfItWereNoStretch() {
        ObjectNode first = alone(7, null);
        assertThat(new Stretch(first).json(null)).isEqualTo(CanonicalJson.bytes(first));
    }

    @Test
    void itSaysWhatItReplacesWhenItHasGrown() {
        Stretch stretch = new Stretch(alone(7, null));
        assertThat(stretch.store()).isEqualTo(6);
        assertThat(stretch.isToBeStored()).isFalse();
        stretch.grow();
        stretch.grow();
        assertThat(stretch.isToBeStored()).isTrue();
        assertThat(stretch.store()).isEqualTo(7);
        assertThat(stretch.isFollowedBy(10, 2, 3)).isTrue();
        assertThat(stretch.isFollowedBy(10, 2, 4)).isFalse();
        assertThat(stretch.isFollowedBy(11, 2, 3)).isFalse();
    }

    @Test
    void windowsThatDoNotLeadToTheHashThatIsNamedAreFound() throws Exception {
        Stretch stretch = new Stretch(alone(7, null));
        stretch.grow();
        ObjectNode changed = (ObjectNode) CanonicalJson.MAPPER.readTree(stretch.json(null));
        ((ObjectNode) changed.get("stretch")).put("last", 9);
        assertThatThrownBy(() -> Manifest.read(CanonicalJson.bytes(changed)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("do not lead to the hash");
        ((ObjectNode) changed.get("stretch")).put("last", 9_000_000);
        assertThatThrownBy(() -> Manifest.read(CanonicalJson.bytes(changed))).hasMessageContaining("cannot cover");
    }
}
