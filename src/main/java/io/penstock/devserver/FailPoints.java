/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** The {@code failCommand} fail point: commands fail on purpose, a number of times or until it is switched off. */
final class FailPoints {
    private static final List<Integer> RETRYABLE =
            List.of(6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436);
    private static final List<Integer> RESUMABLE = List.of(63, 133, 150, 234, 13388);

    /**
     * What happens to a command.
     *
     * @param blockMillis how long it waits first
     * @param closes whether its connection is closed
     * @param error the reply, or null when it goes on
     * @param writeConcernError added to its reply, or null
     */
    record Action(long blockMillis, boolean closes, ServerError error, BsonDocument writeConcernError) {}

    private BsonDocument data = new BsonDocument();
    private long skip;
    private long remaining;

    synchronized BsonDocument configure(Request request) {
        String name = Docs.text(request.body(), "configureFailPoint");
        if (!"failCommand".equals(name)) {
            throw new ServerError(
                    1670, "FailPointSetFailed", "this server knows the fail point failCommand only, not " + name);
        }
        BsonValue mode = request.body().get("mode");
        data = Docs.docOrEmpty(request.body(), "data");
        skip = mode.isDocument() ? Docs.number(mode.asDocument(), "skip", 0) : 0;
        if (mode.isDocument()) {
            remaining = Docs.number(mode.asDocument(), "times", Long.MAX_VALUE);
        } else {
            remaining = mode.asString().getValue().equals("alwaysOn") ? Long.MAX_VALUE : 0;
        }
        return Docs.ok(new BsonDocument("count", Docs.num(0)));
    }

    /** What the fail point does to a command, if it is meant; each time counts. */
    synchronized Optional<Action> hit(Request request, boolean onChangeStream) {
        if (remaining == 0 || !isMeant(request)) {
            return Optional.empty();
        }
        if (skip > 0) {
            skip--;
            return Optional.empty();
        }
        remaining--;
        long block = Docs.truth(data, "blockConnection") ? Docs.number(data, "blockTimeMS", 0) : 0;
        return Optional.of(new Action(
                block,
                Docs.truth(data, "closeConnection"),
                error(request, onChangeStream),
                Docs.doc(data, "writeConcernError")));
    }

    private boolean isMeant(Request request) {
        BsonArray commands = data.isArray("failCommands") ? data.getArray("failCommands") : new BsonArray();
        String application = Docs.text(data, "appName");
        boolean mine =
                application == null || application.equals(request.connection().applicationName());
        return mine && !request.name().equals("configureFailPoint") && commands.contains(Docs.str(request.name()));
    }

    private ServerError error(Request request, boolean onChangeStream) {
        if (!data.containsKey("errorCode")) {
            return null;
        }
        int code = (int) Docs.number(data, "errorCode", 0);
        ServerError error = new ServerError(code, ErrorNames.of(code), "Failing command via 'failCommand' failpoint");
        if (data.isArray("errorLabels")) {
            return error.labelled(data.getArray("errorLabels").stream()
                    .map(label -> label.asString().getValue())
                    .toArray(String[]::new));
        }
        boolean retryable = RETRYABLE.contains(code);
        if (onChangeStream && (retryable || RESUMABLE.contains(code))) {
            return error.labelled("ResumableChangeStreamError");
        }
        boolean transaction = request.body().containsKey("autocommit");
        if (retryable && request.body().containsKey("txnNumber")) {
            return error.labelled(
                    transaction && !request.name().endsWith("Transaction")
                            ? "TransientTransactionError"
                            : "RetryableWriteError");
        }
        return error;
    }
}
