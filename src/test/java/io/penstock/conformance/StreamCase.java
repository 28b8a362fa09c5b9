/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;

/** One case of {@code change-streams.yaml}: what is there, what is watched, what happens, what is to be seen. */
record StreamCase(BsonDocument fields) {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final ObjectMapper JSON = new ObjectMapper();

    /** All cases, those with {@code forEach} once for each of its values. */
    static List<StreamCase> read(InputStream yaml, Map<String, String> names) throws IOException {
        List<StreamCase> cases = new ArrayList<>();
        for (JsonNode node : YAML.readTree(yaml)) {
            JsonNode each = ((ObjectNode) node).path("forEach");
            ((ObjectNode) node).remove("forEach");
            String text = JSON.writeValueAsString(node);
            for (Map.Entry<String, String> name : names.entrySet()) {
                // As a value or the beginning of one: {"$db": ...} is a command's field.
                text = text.replaceAll(Pattern.quote(name.getKey()) + "(?=[\".])(?!\":)", name.getValue());
            }
            if (each.isMissingNode()) {
                cases.add(new StreamCase(BsonDocument.parse(text)));
            } else {
                String placeholder = each.fieldNames().next();
                for (JsonNode value : each.get(placeholder)) {
                    String filled = text.replace("\"" + placeholder + "\"", value.toString())
                            .replace(placeholder, value.asText());
                    cases.add(new StreamCase(BsonDocument.parse(filled)));
                }
            }
        }
        return cases;
    }

    String rule() {
        return fields.getString("rule").getValue();
    }

    /** The oldest server that it is for, as major and minor. */
    int[] since() {
        String[] parts =
                fields.getString("since", new BsonString("5.0")).getValue().split("\\.");
        return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
    }

    List<BsonDocument> documents(String field) {
        return fields.getArray(field, new BsonArray()).stream()
                .map(value -> value.asDocument())
                .toList();
    }

    BsonDocument document(String field) {
        return fields.getDocument(field, new BsonDocument());
    }

    boolean has(String field) {
        return fields.containsKey(field);
    }
}
