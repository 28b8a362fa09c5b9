/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.record.ChangeRecord.Op;
import io.penstock.record.Key;
import io.penstock.sink.Changes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The form that is hashed, signed and documented. */
class ManifestTextTest {
    private static final WindowLength MINUTE = new WindowLength(60_000);
    /** Made for this test with {@code openssl genpkey -algorithm ed25519}. */
    private static final String KEY =
            """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
            -----END PRIVATE KEY-----
            """;
    /** The same test vector's public key, of RFC 8032, section 7.1, test 1. */
    private static final String PUBLIC_KEY = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    private record Written(byte[] json, String contentHash, String manifestHash) {}

    private static Written written(Signer signer, String previous) {
        Buckets buckets = new Buckets();
        WindowDelta delta = new WindowDelta();
        String[] documents = {
            "{\"_id\":{\"$numberInt\":\"1\"},\"name\":\"Ulm\"}",
            "{\"_id\":\"stra\u00dfe\",\"at\":{\"$date\":{\"$numberLong\":\"-1\"}}}"
        };
        for (String json : documents) {
            byte[] document = Changes.bson(json);
            delta.add(Changes.of(
                    Op.CREATE,
                    Vectors.NS,
                    document,
                    io.penstock.record.Version.event((28_333_334L * 60) << 32 | 1),
                    document));
        }
        buckets.add(delta.buckets());
        Content content =
                Content.of(Vectors.NS, 28_333_334, Content.Kind.WINDOW, MINUTE, 0, delta, buckets, "5f1d2c3b4a596877");
        Artifact file = new Artifact(
                "files",
                Vectors.NS,
                28_333_334,
                "geo.cities/part-28333334-0a1b2c3d-4e5f6a7b-0-8-1-20.ndjson",
                2,
                617,
                new byte[32],
                null);
        ObjectNode manifest =
                ManifestText.manifest(content, new Run(1, 1, "images", 0, 3, List.of(), null, List.of(file)), previous);
        String hash = manifest.get("manifestHash").textValue();
        return new Written(
                ManifestText.signed(manifest, hash, signer),
                manifest.get("contentHash").textValue(),
                hash);
    }

    /** Golden: what is sealed once must be checked for ever. The same stands in docs/formats.md. */
    @Test
    void theManifestOfTheFormatsPageIsWrittenSo() throws Exception {
        String page = Files.readString(Path.of("docs/formats.md"));
        String json = new String(written(null, null).json(), UTF_8);

        assertThat(page).contains(json);
        Manifest read = Manifest.read(json.getBytes(UTF_8));
        assertThat(read.digest()).isEqualTo(Vectors.DIGEST);
        assertThat(read.merkleRoot()).isEqualTo(Vectors.ROOT);
        assertThat(page).contains(Vectors.DIGEST).contains(Vectors.ROOT).contains(Vectors.EMPTY_ROOT);
        assertThat(read.buckets().keySet())
                .containsExactlyElementsOf(Vectors.rows().keySet().stream()
                        .map(Key::bucket)
                        .sorted()
                        .toList());
    }

    @Test
    void whatMayDifferBetweenRunsDoesNotShowInTheContent() {
        assertThat(written(null, "ab".repeat(32)).contentHash())
                .isEqualTo(written(null, null).contentHash());
        assertThat(written(null, "ab".repeat(32)).manifestHash())
                .isNotEqualTo(written(null, null).manifestHash());
    }

    @Test
    void aSignatureNamesItsKeyAndIsCheckedWhenItIsRead() throws Exception {
        Signer signer = Signer.of(KEY);
        byte[] signed = written(signer, null).json();

        assertThat(written(signer, null).json()).as("the same every time").isEqualTo(signed);
        assertThat(written(signer, null).manifestHash())
                .isEqualTo(written(null, null).manifestHash());
        assertThat(Manifest.read(signed).publicKey()).isEqualTo(PUBLIC_KEY);
        String other = new String(signed, UTF_8).replaceFirst("\"value\":\"..", "\"value\":\"AA");
        assertThatThrownBy(() -> Manifest.read(other.getBytes(UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("signature");
    }

    @Test
    void aPublicKeyInPemIsThatOfTheManifest() {
        String pem = "-----BEGIN PUBLIC KEY-----\n" + PUBLIC_KEY + "\n-----END PUBLIC KEY-----\n";
        assertThat(Signer.publicKey(pem)).isEqualTo(PUBLIC_KEY);
        assertThatThrownBy(() -> Signer.publicKey(KEY)).hasMessageContaining("openssl pkey -pubout");
    }

    @Test
    void aWrongKeyIsRefusedWithoutShowingIt() {
        assertThatThrownBy(() -> Signer.of("-----BEGIN PRIVATE KEY-----\nMC4CAQA\n-----END PRIVATE KEY-----"))
                .hasMessageContaining("openssl genpkey")
                .hasNoCause();
    }

    @Test
    void aManifestThatWasFormattedOrIsOfALaterReleaseIsRefused() {
        String json = new String(written(null, null).json(), UTF_8);
        assertThatThrownBy(() -> Manifest.read((json + "\n").getBytes(UTF_8)))
                .hasMessageContaining("not as it was written");
        assertThatThrownBy(() -> Manifest.read(
                        json.replace("\"format\":1", "\"format\":2").getBytes(UTF_8)))
                .hasMessageContaining("later release");
    }
}
