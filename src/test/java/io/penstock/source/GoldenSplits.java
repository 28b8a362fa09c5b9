/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

/** What versions wrote. */
final class GoldenSplits {
    static final String SNAPSHOT_V1 =
            "01000a736e617073686f742d37000473686f7000066f7264657273010000000000000001000000000000000200000003"
                    + "000003e800000005010000000e0e000000105f69640001000000000000000e0e000000105f6964000900000000ffffff"
                    + "ff000003e900000000000000000000000c000000000000002200";
    static final String STREAM_V1 =
            "020000001313000000025f64617461000300000038320000000003ea0000000100000000000000000000000100047368"
                    + "6f7000066f726465727300000001000003e80000000000000001000473686f7000066f726465727300000002000003ea"
                    + "0000000001000473686f7000066f7264657273000003ea00000000000000010000004d00";

    /** With the number of scope changes. */
    static final String STREAM_V2 = STREAM_V1 + "00000003";

    /** With the word that the beginning was emitted. */
    static final String STREAM_V3 = STREAM_V2 + "01";

    /** With the word whether the floor is the beginning behind a gap, before that whether the split is finished. */
    static final String STREAM_V4 = STREAM_V1 + "00" + "00000003" + "01";

    /** With the bytes of the rows, behind the word whether the split is finished. */
    static final String SNAPSHOT_V5 = SNAPSHOT_V1 + "0000000000000159";

    private GoldenSplits() {}
}
