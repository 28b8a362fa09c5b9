/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.kafka;

import io.penstock.record.ChangeRecord;
import io.penstock.record.Delivery;
import io.penstock.record.LetterEvent;
import io.penstock.sink.deadletter.DeadLetterPolicy;
import io.penstock.sink.deadletter.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of dead letters with the transaction under way. Used in the writer's task thread.
 *
 * <p>A change that is refused is missing in its window, so it is told with the deliveries; one that is refused again when it is replayed was told before.
 */
final class Letters {
    private final String sink;
    private final boolean hasPlace;
    private final List<LetterEvent> events = new ArrayList<>();
    private final List<Delivery> missing = new ArrayList<>();

    /** @param sink its name in the job file */
    Letters(String sink, DeadLetterPolicy policy) {
        this.sink = sink;
        this.hasPlace = policy.target() != null;
    }

    /**
     * A change is not written.
     *
     * @param key of its message, for receipts
     * @throws IOException when there is no place for dead letters. Then no checkpoint may have the change behind it: once the target takes it, the job goes on
     */
    void refused(Refusal refusal, String key) throws IOException {
        ChangeRecord change = refusal.change();
        if (!hasPlace) {
            throw new IOException("Sink " + sink + " cannot write " + change.namespace() + " " + key + ", version "
                    + change.version() + ": " + refusal.message() + " (" + refusal.code() + ")");
        }
        events.add(refusal.by(sink));
        if (change.replay() == null) {
            missing.add(Delivery.Refused.of(change, key));
        }
    }

    /** A change was handed to Kafka: it is there with the transaction. */
    void written(ChangeRecord change) {
        if (change.replay() != null) {
            events.add(new LetterEvent.Replayed(change.replay().letter()));
        }
    }

    /** A newer one of the document is there. */
    void superseded(ChangeRecord change) {
        events.add(new LetterEvent.Superseded(change.replay().letter()));
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    List<LetterEvent> takeEvents() {
        return taken(events);
    }

    List<Delivery> takeMissing() {
        return taken(missing);
    }

    private static <T> List<T> taken(List<T> from) {
        List<T> taken = List.copyOf(from);
        from.clear();
        return taken;
    }
}
