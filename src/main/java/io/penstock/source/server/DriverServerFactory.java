/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.server;

import com.mongodb.ReadPreference;
import com.mongodb.Tag;
import com.mongodb.TagSet;
import io.penstock.spec.Secret;
import io.penstock.spec.SnapshotSpec;
import io.penstock.spec.SourceSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Connects with MongoDB's driver to the address of a job file, which is resolved only here, where it is used. */
public final class DriverServerFactory implements ServerFactory {
    private static final long serialVersionUID = 1L;

    private final Secret uri;
    private final SnapshotSpec snapshot;
    private final Duration maxAwait;

    public DriverServerFactory(SourceSpec spec) {
        this.uri = spec.uri();
        this.snapshot = spec.snapshot();
        this.maxAwait = spec.stream().maxAwaitTime();
    }

    @Override
    public SourceServer open() {
        return DriverServer.connect(SourceSpec.serverAddress(uri), rowsFrom(snapshot), maxAwait);
    }

    static ReadPreference rowsFrom(SnapshotSpec snapshot) {
        List<TagSet> tags =
                snapshot.tags().stream().map(DriverServerFactory::tagSet).toList();
        return switch (snapshot.readPreference()) {
            case PRIMARY -> ReadPreference.primary();
            case PRIMARY_PREFERRED -> ReadPreference.primaryPreferred(tags);
            case SECONDARY -> ReadPreference.secondary(tags);
            case SECONDARY_PREFERRED -> ReadPreference.secondaryPreferred(tags);
            case NEAREST -> ReadPreference.nearest(tags);
        };
    }

    private static TagSet tagSet(Map<String, String> tags) {
        return new TagSet(tags.entrySet().stream()
                .map(tag -> new Tag(tag.getKey(), tag.getValue()))
                .toList());
    }
}
