/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.record.ImmutableSerializer;
import io.penstock.record.Namespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** How the source's states write the values that they share. */
public final class StateIo {
    private StateIo() {}

    public static void writeNamespace(DataOutputView out, Namespace namespace) throws IOException {
        out.writeUTF(namespace.database());
        out.writeUTF(namespace.collection());
    }

    public static Namespace readNamespace(DataInputView in) throws IOException {
        return new Namespace(in.readUTF(), in.readUTF());
    }

    public static void writeScope(DataOutputView out, Scope scope) throws IOException {
        out.writeInt(scope.names().size());
        for (Namespace name : new TreeSet<>(scope.names())) {
            writeNamespace(out, name);
        }
        out.writeInt(scope.patterns().size());
        for (Pattern pattern : scope.patterns()) {
            ImmutableSerializer.writeBytes(pattern.pattern().getBytes(UTF_8), out);
        }
    }

    public static Scope readScope(DataInputView in) throws IOException {
        Set<Namespace> names = new HashSet<>();
        for (int left = in.readInt(); left > 0; left--) {
            names.add(readNamespace(in));
        }
        List<Pattern> patterns = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            patterns.add(Pattern.compile(new String(ImmutableSerializer.readBytes(in), UTF_8)));
        }
        return new Scope(names, patterns);
    }

    /** Writes a UUID that may be null. */
    public static void writeUuid(DataOutputView out, UUID uuid) throws IOException {
        out.writeBoolean(uuid != null);
        if (uuid != null) {
            out.writeLong(uuid.getMostSignificantBits());
            out.writeLong(uuid.getLeastSignificantBits());
        }
    }

    public static UUID readUuid(DataInputView in) throws IOException {
        return in.readBoolean() ? new UUID(in.readLong(), in.readLong()) : null;
    }
}
