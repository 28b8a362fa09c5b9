/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.Namespace;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespaceFolderTest {
    @ParameterizedTest
    @CsvSource({
        "geo.cities, geo.cities",
        "geo.cities-2024_old, geo.cities-2024_old",
        "geo.a/b, geo.a%2Fb",
        "geo.a\\b, geo.a%5Cb",
        "geo.../../x, geo.%2E%2E%2F.%2E%2Fx",
        "geo..x, geo.%2Ex",
        "_geo.x, %5Fgeo.x",
        "geo._x, geo._x",
        "geo.100%, geo.100%25",
        "geo.a:b, geo.a%3Ab",
        "geo.a b, geo.a%20b",
        "geo.~, geo.%7E",
        "geo.straße, geo.stra%C3%9Fe",
    })
    void what_a_file_system_could_misread_is_percent_encoded(String namespace, String folder) {
        assertThat(NamespaceFolder.of(Namespace.parse(namespace))).isEqualTo(folder);
    }

    @Test
    void line_breaks_and_other_control_characters_are_encoded() {
        assertThat(NamespaceFolder.of(new Namespace("geo", "a\nb\0\u007f"))).isEqualTo("geo.a%0Ab%00%7F");
    }

    @Test
    void a_name_that_a_file_system_could_not_hold_ends_in_a_hash() {
        String one = NamespaceFolder.of(new Namespace("geo", "ü".repeat(120)));
        String other = NamespaceFolder.of(new Namespace("geo", "ü".repeat(119) + "ö"));

        assertThat(one).hasSizeLessThan(220).startsWith("geo.%C3%BC").matches(".*%[0-9A-F]{2}~[0-9a-f]{16}");
        assertThat(other).isNotEqualTo(one);
    }

    @Property
    void no_name_leaves_or_hides_in_the_export(
            @ForAll @NotEmpty @StringLength(max = 60) String database,
            @ForAll @NotEmpty @StringLength(max = 120) String collection) {
        String folder = NamespaceFolder.of(new Namespace(database.replace(".", "/"), collection));

        assertThat(folder)
                .matches("[A-Za-z0-9%~_.-]+")
                .doesNotContain("..")
                .doesNotStartWith(".")
                .doesNotStartWith("_");
        assertThat(folder.length()).isLessThan(255);
        Path root = Path.of("/export");
        assertThat(root.resolve(folder).normalize().getParent()).isEqualTo(root);
        assertThat(new org.apache.flink.core.fs.Path(new org.apache.flink.core.fs.Path("/export"), folder).toString())
                .isEqualTo("/export/" + folder);
    }
}
