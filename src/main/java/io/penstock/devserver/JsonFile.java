/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.LineNumberReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.bson.BSONException;
import org.bson.BsonType;
import org.bson.RawBsonDocument;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.RawBsonDocumentCodec;
import org.bson.json.JsonParseException;
import org.bson.json.JsonReader;

/** Documents in Extended JSON: an array of them, or one on each line. */
final class JsonFile {
    private static final RawBsonDocumentCodec CODEC = new RawBsonDocumentCodec();
    private static final DecoderContext CONTEXT = DecoderContext.builder().build();
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private JsonFile() {}

    static void read(Path file, InputStream in, Consumer<RawBsonDocument> target) throws IOException {
        // Malformed UTF-8 is reported: what would be replaced in silence is data that differs from the file.
        LineNumberReader reader = new LineNumberReader(new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
        reader.setLineNumber(1);
        try {
            if (firstCharacter(reader) == '[') {
                readArray(reader, target);
            } else {
                readLines(reader, target);
            }
        } catch (JsonParseException | BSONException | IllegalArgumentException malformed) {
            throw at(file, reader, malformed.getMessage(), malformed);
        } catch (CharacterCodingException malformed) {
            throw at(file, reader, "not UTF-8", malformed);
        } catch (EOFException cut) {
            throw at(file, reader, "the compressed file ends too early", cut);
        }
    }

    private static ImportException at(Path file, LineNumberReader reader, String problem, Exception cause) {
        return ImportException.atLine(file, reader.getLineNumber(), problem, cause);
    }

    /** The first character that is neither white space nor a byte order mark; the reader stands before it. */
    private static int firstCharacter(LineNumberReader reader) throws IOException {
        int character;
        do {
            reader.mark(1);
            character = reader.read();
        } while (Character.isWhitespace(character) || character == BYTE_ORDER_MARK);
        if (character >= 0) {
            reader.reset();
        }
        return character;
    }

    private static void readArray(LineNumberReader reader, Consumer<RawBsonDocument> target) throws IOException {
        JsonReader json = new JsonReader(reader);
        json.readStartArray();
        while (json.readBsonType() != BsonType.END_OF_DOCUMENT) {
            if (json.getCurrentBsonType() != BsonType.DOCUMENT) {
                throw new IllegalArgumentException(
                        "expected a document, found a value of type " + json.getCurrentBsonType());
            }
            target.accept(CODEC.decode(json, CONTEXT));
        }
        json.readEndArray();
        if (firstCharacter(reader) >= 0) {
            throw new IllegalArgumentException("something follows the array");
        }
    }

    /** Parses each line by itself, counting them here: the reader's own count is ahead once a line has been read. */
    private static void readLines(LineNumberReader reader, Consumer<RawBsonDocument> target) throws IOException {
        int number = reader.getLineNumber();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (!line.isBlank()) {
                reader.setLineNumber(number);
                target.accept(parse(line));
            }
            reader.setLineNumber(++number);
        }
    }

    private static RawBsonDocument parse(String line) throws IOException {
        Reader rest = new StringReader(line);
        RawBsonDocument document = CODEC.decode(new JsonReader(rest), CONTEXT);
        for (int character = rest.read(); character >= 0; character = rest.read()) {
            if (!Character.isWhitespace(character)) {
                throw new IllegalArgumentException("something follows the document; each needs a line of its own");
            }
        }
        return document;
    }
}
