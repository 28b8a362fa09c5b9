/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.record.BsonCursor;
import io.penstock.record.ChangeRecord;
import io.penstock.record.Key;
import io.penstock.record.Namespace;
import io.penstock.sink.ChangeDecoder;
import io.penstock.sink.parquet.ParquetChangeReader;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** Reads an export: its committed files, whatever their format and compression. Nothing of a file is held but one change. */
public final class ExportReader {
    private static final int SMALLEST_DOCUMENT = 5;

    private ExportReader() {}

    /**
     * The committed files of an export in a fixed order; hidden files and folders are passed over.
     *
     * @param root the sink's {@code path}
     */
    public static List<Path> files(String root) throws IOException {
        Path export = new Path(root);
        FileSystem fileSystem = FileSystem.get(export.toUri());
        List<Path> files = new ArrayList<>();
        for (String folderName : visible(fileSystem, export)) {
            files.addAll(filesIn(fileSystem, new Path(export, folderName)));
        }
        files.sort(Comparator.comparing(Path::toString));
        return files;
    }

    /** The committed files of one collection in a fixed order. */
    public static List<Path> files(String root, Namespace namespace) throws IOException {
        Path export = new Path(root);
        return filesIn(FileSystem.get(export.toUri()), new Path(export, NamespaceFolder.of(namespace)));
    }

    private static List<Path> filesIn(FileSystem fileSystem, Path folder) throws IOException {
        return visible(fileSystem, folder).stream()
                .filter(fileName -> fileName.matches("part--?\\d{1,18}-.*"))
                .sorted()
                .map(fileName -> new Path(folder, fileName))
                .toList();
    }

    /** The window that a committed file's name tells. */
    public static long window(Path file) {
        String rest = file.getName().substring(PartName.PREFIX.length());
        return Long.parseLong(rest.substring(0, rest.indexOf('-', 1)));
    }

    /** Passes on all changes of an export, file by file. */
    public static void read(String root, Consumer<ChangeRecord> changes) throws IOException {
        for (Path file : files(root)) {
            read(file, changes);
        }
    }

    /**
     * Passes on the changes of one file in its order.
     *
     * @throws IOException naming the file, when it cannot be read, ends early, or holds something else
     */
    public static void read(Path file, Consumer<ChangeRecord> changes) throws IOException {
        find(file, null, (number, change) -> changes.accept(change));
    }

    /** Takes a change, and its number in its file from 1 on: in NDJSON that of the line. */
    @FunctionalInterface
    public interface Numbered {
        void accept(long number, ChangeRecord change);
    }

    /**
     * Passes on the changes of one file that are of a key, in its order. Others are read no further than to their key.
     *
     * @param only null for all
     * @throws IOException as {@link #read(Path, Consumer)} does
     */
    public static void find(Path file, Key only, Numbered changes) throws IOException {
        if (file.getName().endsWith(FileFormat.PARQUET.extension())) {
            readRows(file, only, changes);
            return;
        }
        FileCompression compression = FileCompression.of(file.getName());
        String format = file.getName()
                .substring(0, file.getName().length() - compression.extension().length());
        try (InputStream stored = file.getFileSystem().open(file);
                InputStream in = new BufferedInputStream(compression.decompress(stored), 64 * 1024)) {
            if (format.endsWith(FileFormat.NDJSON.extension())) {
                readLines(in, only, changes);
            } else if (format.endsWith(FileFormat.BSON.extension())) {
                readDocuments(in, only, changes);
            } else {
                throw new IOException("its name tells no format");
            }
        } catch (IOException e) {
            throw FileFailure.cannot("read", file, e);
        } catch (RuntimeException e) {
            throw FileFailure.cannot("read", file, new IOException("not a change: " + e.getMessage(), e));
        }
    }

    private static void readLines(InputStream in, Key only, Numbered changes) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8));
        long number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            pass(++number, ChangeDecoder.json(line, only), changes);
        }
    }

    private static void pass(long number, ChangeRecord change, Numbered changes) {
        if (change != null) {
            changes.accept(number, change);
        }
    }

    private static void readDocuments(InputStream in, Key only, Numbered changes) throws IOException {
        long number = 0;
        for (byte[] head = in.readNBytes(4); head.length > 0; head = in.readNBytes(4)) {
            int length = head.length < 4 ? 0 : BsonCursor.readInt(head, 0);
            if (length < SMALLEST_DOCUMENT) {
                throw new EOFException("a document's length is missing or wrong");
            }
            byte[] document = Arrays.copyOf(head, length);
            if (in.readNBytes(document, 4, length - 4) < length - 4) {
                throw new EOFException("the last document ends early");
            }
            pass(++number, ChangeDecoder.bson(document, only), changes);
        }
    }

    private static void readRows(Path file, Key only, Numbered changes) throws IOException {
        AtomicLong number = new AtomicLong();
        try {
            ParquetChangeReader.read(
                    new ParquetSource(file),
                    FileCompression::of,
                    only,
                    change -> pass(number.incrementAndGet(), change, changes));
        } catch (IOException e) {
            throw FileFailure.cannot("read", file, e);
        } catch (RuntimeException e) {
            throw FileFailure.cannot("read", file, new IOException("not a change: " + e.getMessage(), e));
        }
    }

    private static List<String> visible(FileSystem fileSystem, Path folder) throws IOException {
        return Folders.names(fileSystem, folder).stream()
                .filter(name -> !name.startsWith(".") && !name.startsWith("_"))
                .toList();
    }
}
