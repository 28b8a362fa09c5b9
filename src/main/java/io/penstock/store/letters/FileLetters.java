/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.letters;

import io.penstock.store.LetterEntry;
import io.penstock.store.RecordFolder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dead letters as files: {@code <id>.change} holds the change, {@code <id>.<n>.json} what is known of it, of which the greatest number counts.
 *
 * <p><b>Why what can be seen is whole, and nothing is lost between two writers.</b> A letter is there when both its files are; the change is made
 * first, and removed first. What is known of it is never written over: the next number is made, which the file system lets one process do; whoever
 * was slower looks again. Who was so slow that its number was removed meanwhile finds a greater one, and has lost too.
 */
public final class FileLetters extends ListedLetters {
    private static final Pattern KNOWN = Pattern.compile("([0-9a-f]{32})\\.(\\d{6})\\.json");
    private static final String CHANGE = ".change";

    /** How often a file may vanish between being listed and being read. */
    private static final int ATTEMPTS = 10;

    private final String job;
    private final RecordFolder folder;
    /** By file, for what a file holds never changes. */
    private Map<String, LetterEntry> read = Map.of();
    /** The greatest number of each letter when the folder was last looked at, of those without a change too. */
    private Map<String, Integer> numbers = new HashMap<>();

    /** @param job its name */
    public FileLetters(String job, RecordFolder folder) {
        this.job = job;
        this.folder = folder;
    }

    /** @param path the folder, a path or the URI of one of Flink's file systems */
    public static FileLetters in(String path, String job) throws IOException {
        return new FileLetters(job, RecordFolder.at(path));
    }

    @Override
    Map<String, LetterEntry> entries() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return look();
            } catch (FileNotFoundException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Map<String, LetterEntry> look() throws IOException {
        List<String> names = folder.list();
        numbers = numbers(names);
        Set<String> changes = new HashSet<>(names);
        Map<String, LetterEntry> next = new HashMap<>();
        Map<String, LetterEntry> entries = new HashMap<>();
        for (Map.Entry<String, Integer> letter : numbers.entrySet()) {
            if (changes.contains(letter.getKey() + CHANGE)) {
                String name = name(letter.getKey(), letter.getValue());
                LetterEntry known = read.get(name);
                LetterEntry entry = known != null ? known : LetterText.read(folder.read(name), folder.describe(name));
                next.put(name, entry);
                entries.put(letter.getKey(), entry);
            }
        }
        read = next;
        return entries;
    }

    private static Map<String, Integer> numbers(List<String> names) {
        Map<String, Integer> numbers = new HashMap<>();
        for (String name : names) {
            Matcher match = KNOWN.matcher(name);
            if (match.matches()) {
                numbers.merge(match.group(1), Integer.valueOf(match.group(2)), Math::max);
            }
        }
        return numbers;
    }

    @Override
    boolean add(LetterEntry entry, byte[] change) throws IOException {
        folder.create(entry.id() + CHANGE, change);
        return replace(entry);
    }

    @Override
    boolean replace(LetterEntry entry) throws IOException {
        int number = numbers.getOrDefault(entry.id(), 0) + 1;
        if (!folder.create(name(entry.id(), number), LetterText.write(job, entry, 1))) {
            return false;
        }
        List<String> names = folder.list();
        if (numbers(names).getOrDefault(entry.id(), 0) > number) {
            return false;
        }
        for (String name : names) {
            Matcher match = KNOWN.matcher(name);
            if (match.matches() && match.group(1).equals(entry.id()) && Integer.parseInt(match.group(2)) < number) {
                folder.delete(name);
            }
        }
        numbers.put(entry.id(), number);
        return true;
    }

    @Override
    void remove(LetterEntry entry) throws IOException {
        folder.delete(entry.id() + CHANGE);
        for (String name : folder.list()) {
            if (name.startsWith(entry.id() + ".") && name.endsWith(".json")) {
                folder.delete(name);
            }
        }
    }

    @Override
    byte[] change(LetterEntry entry) throws IOException {
        return folder.read(entry.id() + CHANGE);
    }

    private static String name(String id, int number) {
        return String.format("%s.%06d.json", id, number);
    }

    @Override
    public void close() {}
}
