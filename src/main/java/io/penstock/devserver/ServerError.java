/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonString;

/** An error that the server answers a command with: code, code name, message and error labels. */
public final class ServerError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String codeName;
    private final transient List<String> labels;

    /**
     * @param code the server's error code, for example 286
     * @param codeName the server's name of the code, for example {@code ChangeStreamHistoryLost}
     */
    public ServerError(int code, String codeName, String message) {
        this(code, codeName, message, List.of());
    }

    ServerError(int code, String codeName, String message, List<String> labels) {
        super(message, null, false, false);
        this.code = code;
        this.codeName = codeName;
        this.labels = labels;
    }

    /** The server's error code. */
    public int code() {
        return code;
    }

    /** The server's name of the code. */
    public String codeName() {
        return codeName;
    }

    /** The same error with labels, which tell a driver whether to try again. */
    ServerError labelled(String... more) {
        return new ServerError(code, codeName, getMessage(), List.of(more));
    }

    /** The reply to the command that failed. */
    BsonDocument reply() {
        BsonDocument reply = new BsonDocument("ok", new BsonDouble(0))
                .append("errmsg", new BsonString(getMessage()))
                .append("code", new BsonInt32(code))
                .append("codeName", new BsonString(codeName));
        if (!labels.isEmpty()) {
            reply.append(
                    "errorLabels",
                    new BsonArray(labels.stream().map(BsonString::new).toList()));
        }
        return reply;
    }

    /** BadValue (2). */
    public static ServerError badValue(String message) {
        return new ServerError(2, "BadValue", message);
    }

    /** FailedToParse (9). */
    public static ServerError failedToParse(String message) {
        return new ServerError(9, "FailedToParse", message);
    }

    /** TypeMismatch (14). */
    public static ServerError typeMismatch(String message) {
        return new ServerError(14, "TypeMismatch", message);
    }

    /** A code that the server has no name for; it answers with {@code Location<code>}. */
    public static ServerError location(int code, String message) {
        return new ServerError(code, "Location" + code, message);
    }
}
