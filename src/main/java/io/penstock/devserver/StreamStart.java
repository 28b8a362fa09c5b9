/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.Optional;
import org.bson.BsonDocument;

/**
 * Where a change stream begins.
 *
 * @param position in the log
 * @param token the token of the place
 * @param invalidatedBy the entry that ends the stream right at its beginning
 * @param fragment the last fragment of the next event that has been read before
 */
record StreamStart(long position, BsonDocument token, Optional<ChangeEntry> invalidatedBy, Optional<Integer> fragment) {

    /**
     * The start that the options of {@code $changeStream} ask for; now, when they ask for none.
     *
     * @throws ServerError 286 when history is lost, 260 and others for tokens that are none
     */
    static StreamStart of(BsonDocument options, StreamScope scope, Store store) {
        BsonDocument resumeAfter = Docs.doc(options, "resumeAfter");
        BsonDocument startAfter = Docs.doc(options, "startAfter");
        boolean time = options.isTimestamp("startAtOperationTime");
        if (resumeAfter != null && startAfter != null) {
            throw ServerError.location(50865, "Do not specify both 'resumeAfter' and 'startAfter'");
        }
        if (time && (resumeAfter != null || startAfter != null)) {
            throw ServerError.location(40674, "Only one type of resume option is allowed, but multiple were found.");
        }
        if (resumeAfter != null || startAfter != null) {
            return after(resumeAfter == null ? startAfter : resumeAfter, resumeAfter != null, scope, store.log());
        }
        if (time) {
            long from = options.getTimestamp("startAtOperationTime").getValue();
            return plain(store.log().seek(from, 0), ResumeToken.between(from));
        }
        long now = store.now();
        return plain(store.log().seek(now + 1, 0), ResumeToken.between(now + 1));
    }

    private static StreamStart plain(long position, BsonDocument token) {
        return new StreamStart(position, token, Optional.empty(), Optional.empty());
    }

    private static StreamStart after(BsonDocument data, boolean resuming, StreamScope scope, ChangeLog log) {
        ResumeToken token = ResumeToken.parse(data);
        BsonDocument kept = new BsonDocument("_data", data.get("_data"));
        if (token.invalidate() && resuming) {
            throw new ServerError(
                    260,
                    "InvalidResumeToken",
                    "Attempting to resume a change stream using 'resumeAfter' is not allowed from an invalidate "
                            + "notification.");
        }
        if (token.fragment() >= 0) {
            long position = log.seek(token.time(), token.op());
            return new StreamStart(position, kept, Optional.empty(), Optional.of(token.fragment()));
        }
        long position = log.seek(token.time(), token.op() + 1);
        Optional<ChangeEntry> last = token.op() < 0 || token.invalidate()
                ? Optional.empty()
                : log.read(log.seek(token.time(), token.op()), 1).stream()
                        .filter(entry -> isAt(entry, token) && scope.sees(entry) && scope.isEndedBy(entry))
                        .findFirst();
        return new StreamStart(position, kept, last, Optional.empty());
    }

    private static boolean isAt(ChangeEntry entry, ResumeToken token) {
        return entry.time() == token.time() && entry.op() == token.op();
    }
}
