/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.security.sasl.SaslException;
import org.bson.BsonArray;
import org.bson.BsonDocument;

/** Who may log in and do what: SCRAM-SHA-256, and privileges of users who are not root. Without users all may do all. */
final class Access {
    private static final String MECHANISM = "SCRAM-SHA-256";
    private static final int NONCE_BYTES = 24;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, User> users;

    Access(List<User> users) {
        this.users = users.stream().collect(Collectors.toMap(User::name, Function.identity()));
    }

    void addTo(Commands commands) {
        commands.add("saslStart", this::saslStart);
        commands.add("saslContinue", this::saslContinue);
        commands.add("logout", this::logout);
        commands.add("connectionStatus", this::connectionStatus);
    }

    /** @throws ServerError 13 when the connection may not run the command */
    void require(Request request) {
        if (users.isEmpty() || Permissions.NEED_NO_LOGIN.contains(request.name())) {
            return;
        }
        String name = request.connection().user();
        if (name == null) {
            throw new ServerError(13, "Unauthorized", "Command " + request.name() + " requires authentication");
        }
        for (Permissions.Needed needed : Permissions.neededBy(request)) {
            if (!users.get(name).may(needed.db(), needed.collection(), needed.action())) {
                throw new ServerError(
                        13,
                        "Unauthorized",
                        "not authorized on " + request.db() + " to execute command { " + request.name() + ": ... }, "
                                + "which needs " + needed.action() + " on " + needed.db() + "." + needed.collection());
            }
        }
    }

    /** What {@code hello} adds when a driver asks how a user may log in, or begins to log in with it. */
    void greet(Request request, BsonDocument reply) {
        String asked = Docs.text(request.body(), "saslSupportedMechs");
        if (asked != null && users.containsKey(asked.substring(asked.indexOf('.') + 1))) {
            reply.append("saslSupportedMechs", new BsonArray(List.of(Docs.str(MECHANISM))));
        }
        BsonDocument begun = Docs.doc(request.body(), "speculativeAuthenticate");
        if (begun != null && MECHANISM.equals(Docs.text(begun, "mechanism"))) {
            try {
                reply.append("speculativeAuthenticate", start(request.connection(), begun));
            } catch (SaslException refused) {
                // A speculation that fails is passed over: the driver's real attempt gets the error.
                request.connection().setConversation(null);
            }
        }
    }

    private BsonDocument start(Connection connection, BsonDocument command) throws SaslException {
        ScramConversation conversation = new ScramConversation(this::credentials, this::nonce);
        connection.setConversation(conversation);
        return answer(false, conversation.first(command.getBinary("payload").getData()));
    }

    private ScramCredentials credentials(String name) {
        User user = users.get(name);
        return user == null ? null : user.credentials();
    }

    private String nonce() {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static BsonDocument answer(boolean done, byte[] payload) {
        return new BsonDocument("conversationId", Docs.num(1))
                .append("done", Docs.bool(done))
                .append("payload", Docs.bin(payload));
    }

    private BsonDocument saslStart(Request request) {
        if (!MECHANISM.equals(Docs.text(request.body(), "mechanism"))) {
            throw new ServerError(334, "MechanismUnavailable", "this server knows " + MECHANISM + " only");
        }
        try {
            return Docs.ok(start(request.connection(), request.body()));
        } catch (SaslException refused) {
            throw failed(request.connection());
        }
    }

    private BsonDocument saslContinue(Request request) {
        Connection connection = request.connection();
        ScramConversation conversation = connection.conversation();
        byte[] payload = request.body().getBinary("payload").getData();
        try {
            if (conversation == null) {
                throw new SaslException("no conversation has begun");
            }
            if (payload.length == 0 && connection.user() != null) {
                // A driver that did not skip the empty exchange asks once more when all is said.
                return Docs.ok(answer(true, new byte[0]));
            }
            byte[] proof = conversation.last(payload);
            connection.setUser(conversation.user());
            return Docs.ok(answer(true, proof));
        } catch (SaslException refused) {
            throw failed(connection);
        }
    }

    /** One message for all reasons, so that it does not tell which names there are. */
    private static ServerError failed(Connection connection) {
        connection.setConversation(null);
        return new ServerError(18, "AuthenticationFailed", "Authentication failed.");
    }

    private BsonDocument logout(Request request) {
        request.connection().setConversation(null);
        request.connection().setUser(null);
        return Docs.ok();
    }

    private BsonDocument connectionStatus(Request request) {
        String name = request.connection().user();
        User user = name == null ? null : users.get(name);
        BsonDocument info = new BsonDocument("authenticatedUsers", new BsonArray())
                .append("authenticatedUserRoles", new BsonArray());
        if (user != null) {
            info.getArray("authenticatedUsers").add(named("user", name));
            info.getArray("authenticatedUserRoles").add(named("role", user.isRoot() ? "root" : name));
        }
        if (Docs.truth(request.body(), "showPrivileges")) {
            info.append("authenticatedUserPrivileges", user == null ? new BsonArray() : Permissions.shown(user));
        }
        return Docs.ok(new BsonDocument("authInfo", info));
    }

    private static BsonDocument named(String kind, String name) {
        return new BsonDocument(kind, Docs.str(name)).append("db", Docs.str("admin"));
    }
}
