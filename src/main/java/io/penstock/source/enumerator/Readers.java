/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.enumerator;

import io.penstock.source.MongoSplit;
import io.penstock.source.SourceMessage;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;

/**
 * The readers, as the enumerator knows them: who is here, who has said what it has, who waits for a split. Only the enumerator's
 * thread.
 */
final class Readers {
    private final SplitEnumeratorContext<MongoSplit> context;
    private final Set<Integer> heard = new HashSet<>();
    private final Set<Integer> waiting = new LinkedHashSet<>();

    Readers(SplitEnumeratorContext<MongoSplit> context) {
        this.context = context;
    }

    /** It has reported since it last started. */
    void reported(int subtask) {
        heard.add(subtask);
    }

    /** Its task has failed: it will report, and ask, anew. */
    void failed(int subtask) {
        heard.remove(subtask);
        waiting.remove(subtask);
    }

    /** It asks for a split. */
    void asked(int subtask) {
        waiting.add(subtask);
    }

    /** Whether every reader has reported since it last started. */
    boolean haveAllReported() {
        return heard.size() == context.currentParallelism();
    }

    /** The least that has reported and is here. */
    Optional<Integer> first() {
        return heard.stream().filter(this::isHere).min(Integer::compare);
    }

    /** Those that wait for a split, in the order in which they asked. */
    List<Integer> waiting() {
        return List.copyOf(waiting);
    }

    /** False while its task is down: then nothing can be sent to it, and it will report when it is back. */
    boolean isHere(int subtask) {
        return context.registeredReaders().containsKey(subtask);
    }

    /** Hands a split to a reader that is here, whether it waits or not. */
    void assign(MongoSplit split, int subtask) {
        context.assignSplit(split, subtask);
    }

    /** Hands a reader that is here the split that it waits for. */
    void serve(MongoSplit split, int subtask) {
        waiting.remove(subtask);
        assign(split, subtask);
    }

    /** Tells a reader, if it is here. */
    void tell(int subtask, SourceMessage message) {
        if (isHere(subtask)) {
            context.sendEventToSourceReader(subtask, message);
        }
    }

    /** Tells those that have reported. */
    void tellReported(SourceMessage message) {
        heard.forEach(subtask -> tell(subtask, message));
    }

    /** Tells all that are here, whether they have reported or not. */
    void tellAll(SourceMessage message) {
        context.registeredReaders().keySet().forEach(subtask -> context.sendEventToSourceReader(subtask, message));
    }

    /** Tells all that are here that no split will come any more. */
    void end() {
        context.registeredReaders().keySet().forEach(context::signalNoMoreSplits);
    }
}
