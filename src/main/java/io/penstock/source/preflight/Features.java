/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.preflight;

import java.util.ArrayList;
import java.util.List;

/** What a server's version means for a job, in words. */
final class Features {
    private Features() {}

    static List<String> of(List<Integer> version) {
        int number = version.get(0) * 100 + version.get(1);
        List<String> features = new ArrayList<>();
        features.add(
                number >= 500
                        ? "the snapshot is read at one point in time"
                        : "no reads at a past time: rows are placed between two times");
        features.add(
                number >= 601
                        ? "updates name their paths without ambiguity"
                        : "updates whose paths are ambiguous (dotted or empty names) are looked up");
        features.add(
                number >= 700 || (number == 600 && version.size() > 2 && version.get(2) >= 9)
                        ? "events over 16 MB come in fragments"
                        : "documents of events over 16 MB are fetched by key");
        return features;
    }
}
