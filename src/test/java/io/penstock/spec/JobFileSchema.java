/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import org.yaml.snakeyaml.Yaml;

/** Makes the JSON Schema of the job file from its records; for editors, so a placeholder is allowed for any value. */
final class JobFileSchema {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PLACEHOLDER = "\\$\\{";
    private static final String NUMBER_AND_UNIT = "^\\s*[0-9]+\\s*[A-Za-zµ]*\\s*$|" + PLACEHOLDER;

    private JobFileSchema() {}

    static String generate() {
        ObjectNode root = JSON.createObjectNode()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("title", "Penstock job file")
                .put("description", "Made from the model of the job file; not to be edited.");
        root.setAll(section(JobSpec.class));
        return root.toPrettyString() + "\n";
    }

    private static ObjectNode section(Class<?> record) {
        ObjectNode section = JSON.createObjectNode().put("type", "object").put("additionalProperties", false);
        List<String> required = Keys.entries(record).stream()
                .filter(Keys.Entry::required)
                .map(Keys.Entry::name)
                .toList();
        if (!required.isEmpty()) {
            section.set("required", JSON.valueToTree(required));
        }
        ObjectNode properties = section.putObject("properties");
        Keys.entries(record).forEach(entry -> properties.set(entry.name(), property(entry)));
        return section;
    }

    private static ObjectNode property(Keys.Entry entry) {
        ObjectNode property =
                JSON.createObjectNode().put("description", entry.key().value());
        if (!entry.key().fallback().isEmpty()) {
            property.set(
                    "default",
                    JSON.valueToTree(new Yaml().<Object>load(entry.key().fallback())));
        }
        property.setAll(value(entry.type(), entry.key()));
        return property;
    }

    private static ObjectNode value(Type type, Key key) {
        ObjectNode schema = JSON.createObjectNode();
        if (Keys.isList(type)) {
            schema.put("type", "array").set("items", value(Keys.lastArgument(type), key));
            return key.min().isEmpty() ? schema : schema.put("minItems", Integer.parseInt(key.min()));
        }
        if (Keys.isMap(type)) {
            return schema.put("type", "object").set("additionalProperties", value(Keys.lastArgument(type), key));
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isSealed()) {
            return oneOf(plain);
        }
        if (plain.isEnum()) {
            List<String> words = Arrays.stream(plain.getEnumConstants())
                    .flatMap(constant -> Keys.spellings(constant).stream())
                    .toList();
            return orPlaceholder(JSON.createObjectNode().set("enum", JSON.valueToTree(words)));
        }
        return Scalar.knows(plain) ? scalar(plain, key) : section(plain);
    }

    private static ObjectNode oneOf(Class<?> sealed) {
        ObjectNode schema = JSON.createObjectNode().put("type", "object");
        schema.putArray("required").add("type");
        ArrayNode kinds = JSON.createArrayNode();
        ArrayNode cases = JSON.createArrayNode();
        for (Class<?> kind : sealed.getPermittedSubclasses()) {
            String word = Keys.spellings(kind).get(0);
            kinds.add(word);
            ObjectNode section = section(kind);
            ((ObjectNode) section.get("properties")).putObject("type").put("const", word);
            ObjectNode one = cases.addObject();
            one.putObject("if").putObject("properties").putObject("type").put("const", word);
            one.set("then", section);
        }
        schema.putObject("properties").putObject("type").set("enum", kinds);
        schema.set("allOf", cases);
        return schema;
    }

    private static ObjectNode scalar(Class<?> type, Key key) {
        return switch (type.getSimpleName()) {
            case "boolean" -> orPlaceholder(JSON.createObjectNode().put("type", "boolean"));
            case "int", "long" -> {
                ObjectNode number = types("integer", "string").put("pattern", PLACEHOLDER);
                if (!key.min().isEmpty()) {
                    number.put("minimum", Long.parseLong(key.min()));
                }
                yield key.max().isEmpty() ? number : number.put("maximum", Long.parseLong(key.max()));
            }
            case "double" -> types("number", "string")
                    .put("pattern", PLACEHOLDER)
                    .put("minimum", Double.parseDouble(key.min()))
                    .put("maximum", Double.parseDouble(key.max()));
            case "Duration", "MemorySize" -> types("string", "integer").put("pattern", NUMBER_AND_UNIT);
            case "Instant" -> types("string", "integer");
            case "Secret" -> types("string", "number", "boolean");
            default -> {
                ObjectNode text = JSON.createObjectNode().put("type", "string").put("minLength", 1);
                yield key.pattern().isEmpty() ? text : text.put("pattern", "^(" + key.pattern() + ")$|" + PLACEHOLDER);
            }
        };
    }

    private static ObjectNode orPlaceholder(ObjectNode schema) {
        ObjectNode either = JSON.createObjectNode();
        either.putArray("anyOf")
                .add(schema)
                .add(JSON.createObjectNode().put("type", "string").put("pattern", PLACEHOLDER));
        return either;
    }

    private static ObjectNode types(String... names) {
        return JSON.createObjectNode().set("type", JSON.valueToTree(names));
    }
}
