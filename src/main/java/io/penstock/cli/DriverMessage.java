/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the driver's exceptions say, without what only their log's readers need. */
final class DriverMessage {
    /** The server's whole reply, at the end of a message that has said what matters in it. */
    private static final Pattern RESPONSE = Pattern.compile("\\.? The full response is \\{.*\\}");

    /** Nobody was found to talk to: a page of what the driver knows of the cluster. */
    private static final Pattern NOBODY = Pattern.compile(
            "Timed out (?:after \\d+ ms )?while waiting for a server .*? Client view of cluster state is \\{(.*)[}\\]]+",
            Pattern.DOTALL);

    private static final Pattern SERVER =
            Pattern.compile("\\{address=([^,]+), type=(\\w+)(.*?)(?=\\{address=|$)", Pattern.DOTALL);

    private static final Pattern CAUSE = Pattern.compile("\\{[\\w.$]*?(\\w+(?:Exception|Error): [^}]*)\\}");

    private DriverMessage() {}

    /** The part of a text that a person can use; texts of others stay as they are. */
    static String brief(String text) {
        if (text == null) {
            return null;
        }
        Matcher nobody = NOBODY.matcher(text);
        String found = nobody.find()
                ? text.substring(0, nobody.start()) + servers(nobody.group(1)) + text.substring(nobody.end())
                : text;
        return RESPONSE.matcher(found).replaceAll("");
    }

    private static String servers(String state) {
        List<String> servers = new ArrayList<>();
        Matcher server = SERVER.matcher(state);
        while (server.find()) {
            // The causes come in their order: the last one is where it began.
            String why = server.group(2);
            for (Matcher cause = CAUSE.matcher(server.group(3)); cause.find(); ) {
                why = cause.group(1);
            }
            servers.add(server.group(1) + " (" + why + ")");
        }
        return servers.isEmpty() ? "no server is known" : "no server can be used: " + String.join(", ", servers);
    }
}
