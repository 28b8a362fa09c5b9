/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * A stretch of the source's history that nobody could read any more.
 *
 * @param from the cluster time up to which history was read
 * @param to the cluster time at which the collections were read anew
 */
public record Gap(long from, long to) {

    static void writeAll(List<Gap> gaps, DataOutputView out) throws IOException {
        out.writeInt(gaps.size());
        for (Gap gap : gaps) {
            out.writeLong(gap.from());
            out.writeLong(gap.to());
        }
    }

    static List<Gap> readAll(DataInputView in) throws IOException {
        List<Gap> gaps = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            gaps.add(new Gap(in.readLong(), in.readLong()));
        }
        return gaps;
    }

    /** With one more, which may have been told before. */
    static List<Gap> with(List<Gap> gaps, Gap next) {
        if (gaps.contains(next)) {
            return gaps;
        }
        List<Gap> all = new ArrayList<>(gaps);
        all.add(next);
        return List.copyOf(all);
    }
}
