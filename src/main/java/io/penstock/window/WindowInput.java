/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.Namespace;
import io.penstock.record.PassMark;
import io.penstock.record.RecordType;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** What sealing needs: all that belongs to a window comes before the watermark passes its end. */
public sealed interface WindowInput {
    TypeInformation<WindowInput> TYPE = new RecordType<>(WindowInput.class, WindowInputSerializer.INSTANCE);

    Namespace namespace();

    /** What the source says of its passes. */
    record Marked(PassMark mark) implements WindowInput {
        @Override
        public Namespace namespace() {
            return mark.namespace();
        }
    }

    /** What changed in a window, as far as one subtask has seen it; any number of them add up. */
    record Changed(Namespace namespace, long window, WindowDelta delta) implements WindowInput {}

    /** A file that a sink is about to commit. */
    record Announced(Artifact artifact) implements WindowInput {
        @Override
        public Namespace namespace() {
            return artifact.namespace();
        }
    }
}
