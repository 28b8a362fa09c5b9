/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import io.penstock.window.ChainCheck.Place;
import io.penstock.window.Manifest;
import java.io.IOException;
import java.util.List;

/**
 * What was sealed of an export, wherever it is kept. To be read against the order of writing, which is manifests, then receipts, then roots: whatever
 * a job that is running adds meanwhile is not named by what was read before it.
 */
interface SealedHistory extends AutoCloseable {
    /** Reads one. */
    @FunctionalInterface
    interface Form<T> {
        /** @throws IOException saying what is wrong with it */
        T read(byte[] json) throws IOException;
    }

    /**
     * One that is there.
     *
     * @param sink of a receipt; else null
     * @param value null when it cannot be read
     * @param unreadable why; null when it can
     */
    record Read<T>(Place place, String sink, T value, String unreadable) {
        static <T> Read<T> of(Place place, String sink, byte[] json, Form<T> form) {
            try {
                return new Read<>(place, sink, form.read(json), null);
            } catch (IOException e) {
                return new Read<>(place, sink, null, e.getMessage());
            }
        }
    }

    /** What it is called. */
    String name();

    /** All roots, by generation and window. */
    <T> List<Read<T>> roots(Form<T> form) throws IOException;

    /** All manifests, by generation, namespace and window; at least one. */
    <T> List<Read<T>> manifests(Form<T> form) throws IOException;

    /** All receipts. */
    <T> List<Read<T>> receipts(Form<T> form) throws IOException;

    /**
     * The manifests of each window, alone.
     *
     * @param namespace null for all
     * @param last how many windows of each collection, from the end; 0 for all
     */
    List<Manifest> list(String namespace, int last) throws IOException;

    /** A manifest to be shown. */
    record Shown(int generation, String namespace, byte[] json) {}

    /** The manifests of one window, alone. */
    List<Shown> of(long window) throws IOException;
}
