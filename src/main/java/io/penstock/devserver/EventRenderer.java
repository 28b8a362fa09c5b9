/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import io.penstock.devserver.ChangeEntry.Kind;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/** Makes change events of log entries, with the fields, and in their order, of the version that the server says it is. */
final class EventRenderer {
    private final Store store;
    private final StreamOptions options;

    EventRenderer(Store store, StreamOptions options) {
        this.store = store;
        this.options = options;
    }

    BsonDocument event(ChangeEntry entry) {
        BsonDocument event =
                head(entry, ResumeToken.of(entry, false), entry.kind().operationType());
        if (entry.after() != null && entry.kind() != Kind.UPDATE) {
            event.append("fullDocument", entry.after());
        } else if (entry.kind() == Kind.UPDATE && !options.fullDocument().equals("default")) {
            event.append("fullDocument", postImage(entry));
        }
        BsonDocument namespace = new BsonDocument("db", Docs.str(entry.db()));
        if (entry.coll() != null) {
            namespace.append("coll", Docs.str(entry.coll()));
        }
        event.append("ns", namespace);
        if (entry.kind() == Kind.RENAME) {
            event.append("to", entry.detail().get("to"));
        }
        if (entry.id() != null) {
            event.append("documentKey", new BsonDocument("_id", entry.id()));
        }
        if (entry.kind() == Kind.UPDATE) {
            event.append("updateDescription", description(entry.detail()));
        } else if (options.expanded() && entry.detail() != null && entry.id() == null) {
            event.append("operationDescription", operation(entry));
        }
        if (entry.before() != null && !options.beforeChange().equals("off")) {
            event.append("fullDocumentBeforeChange", image(entry, entry.before(), options.beforeChange()));
        }
        return event;
    }

    private static BsonDocument operation(ChangeEntry entry) {
        boolean index = entry.kind() == Kind.CREATE_INDEXES || entry.kind() == Kind.DROP_INDEXES;
        return index ? new BsonDocument("indexes", new BsonArray(List.of(entry.detail()))) : entry.detail();
    }

    BsonDocument invalidate(ChangeEntry entry) {
        return head(entry, ResumeToken.of(entry, true), "invalidate");
    }

    private BsonDocument head(ChangeEntry entry, BsonDocument token, String operationType) {
        BsonDocument event = new BsonDocument("_id", token);
        if (entry.transaction() != null) {
            event.append("txnNumber", Docs.num(entry.transaction().number()))
                    .append("lsid", entry.transaction().lsid());
        }
        event.append("operationType", Docs.str(operationType)).append("clusterTime", Docs.time(entry.time()));
        if (options.expanded() && entry.coll() != null) {
            event.append("collectionUUID", new BsonBinary(entry.uuid()));
        }
        if (store.version().atLeast(ServerVersion.V6_0)) {
            event.append("wallTime", Docs.date(entry.wall()));
        }
        return event;
    }

    private BsonDocument description(BsonDocument detail) {
        BsonDocument description = new BsonDocument("updatedFields", detail.get("updatedFields"))
                .append("removedFields", detail.get("removedFields"))
                .append("truncatedArrays", detail.get("truncatedArrays"));
        if (options.expanded() && store.version().atLeast(ServerVersion.V7_0)) {
            description.append("disambiguatedPaths", detail.get("disambiguatedPaths"));
        }
        return description;
    }

    private BsonValue postImage(ChangeEntry entry) {
        if (!options.fullDocument().equals("updateLookup")) {
            return image(entry, entry.after(), options.fullDocument());
        }
        StoredCollection collection = store.catalog().find(entry.db(), entry.coll());
        boolean same = collection != null && collection.uuid().equals(entry.uuid());
        Row row = same ? collection.row(entry.id()) : null;
        RawBsonDocument now = row == null ? null : row.at(store.now(), null);
        return now == null ? BsonNull.VALUE : now;
    }

    /** An image that the server keeps only where the collection says so. */
    private BsonValue image(ChangeEntry entry, RawBsonDocument image, String wanted) {
        StoredCollection collection = store.catalog().find(entry.db(), entry.coll());
        if (collection != null && collection.keepsImages()) {
            return image;
        }
        if (wanted.equals("required")) {
            throw new ServerError(
                    47,
                    "NoMatchingDocument",
                    "Change stream was configured to require an image for all events, but the image was not found for "
                            + "event: " + ResumeToken.of(entry, false).toJson());
        }
        return BsonNull.VALUE;
    }
}
