/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.Namespace;
import io.penstock.record.RecordType;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** What sealing hands to the committers, in the order in which it is to be committed: a manifest behind all of its files. */
public sealed interface WindowOutput {
    TypeInformation<WindowOutput> TYPE = new RecordType<>(WindowOutput.class, WindowOutputSerializer.INSTANCE);

    /** A file as it was announced. */
    record Passed(Artifact artifact) implements WindowOutput {}

    /**
     * A manifest. That of a {@link Stretch} may come again, grown: with the same {@code window} and manifest hash, and a greater {@code last}.
     *
     * @param generation which chain of the namespace it belongs to
     * @param window the window, or the first that it covers
     * @param last the last window that it covers
     * @param replaced the last window of the one that it replaces; less than {@code window} when it replaces none
     * @param json its bytes, final
     */
    record Sealed(int generation, Namespace namespace, long window, long last, long replaced, byte[] json)
            implements WindowOutput {}

    /**
     * A root, behind the manifests that it lists or in the same checkpoint as they. Like a manifest it may come again, grown.
     *
     * @param window the window, or the first that it covers
     * @param last the last window that it covers
     * @param replaced the last window of the one that it replaces; less than {@code window} when it replaces none
     * @param json its bytes, final
     */
    record Rooted(int generation, long window, long last, long replaced, byte[] json) implements WindowOutput {}

    /**
     * What is known of a manifest's window only after it was sealed: where a sink's changes lie.
     *
     * @param json its bytes, final
     */
    record Receipted(int generation, Namespace namespace, long window, String sink, byte[] json)
            implements WindowOutput {}
}
