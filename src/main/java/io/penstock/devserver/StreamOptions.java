/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.List;
import org.bson.BsonDocument;

/**
 * How a change stream shows events.
 *
 * @param fullDocument {@code default}, {@code updateLookup}, {@code whenAvailable} or {@code required}
 * @param beforeChange {@code off}, {@code whenAvailable} or {@code required}
 * @param expanded whether events about collections, indexes and ambiguous paths are shown
 */
record StreamOptions(String fullDocument, String beforeChange, boolean expanded) {
    private static final List<String> IMAGES = List.of("whenAvailable", "required");

    static StreamOptions of(BsonDocument stage, ServerVersion version) {
        String full = stage.isString("fullDocument") ? Docs.text(stage, "fullDocument") : "default";
        String before =
                stage.isString("fullDocumentBeforeChange") ? Docs.text(stage, "fullDocumentBeforeChange") : "off";
        boolean images = version.atLeast(ServerVersion.V6_0);
        boolean plain = full.equals("default") || full.equals("updateLookup");
        if (!plain && !(images && IMAGES.contains(full))) {
            throw ServerError.badValue(
                    "Enumeration value '" + full + "' for field '$changeStream.fullDocument' is not a valid value.");
        }
        if (!before.equals("off") && !(images && IMAGES.contains(before))) {
            throw ServerError.badValue("Enumeration value '" + before
                    + "' for field '$changeStream.fullDocumentBeforeChange' is not a valid value.");
        }
        boolean expanded = Docs.truth(stage, "showExpandedEvents");
        if (expanded && !images) {
            throw ServerError.location(40415, "BSON field '$changeStream.showExpandedEvents' is an unknown field.");
        }
        return new StreamOptions(full, before, expanded);
    }
}
