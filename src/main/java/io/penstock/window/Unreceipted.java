/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import io.penstock.record.Delivery;
import io.penstock.record.Delivery.Placed;
import io.penstock.record.Namespace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A sink's deliveries that are in no receipt yet: by namespace and window, those of one window and partition in order of arrival. Bounded:
 * a window keeps so many apart, then one a partition; windows that were closed without a manifest are one. Changes that were refused are never put
 * together; they are as many as dead letters.
 */
final class Unreceipted {
    /** How many of a window are kept apart, with the transactions that they are of. */
    static final int APART = 512;

    private final Map<Namespace, SortedMap<Long, List<Delivery>>> waiting = new HashMap<>();

    void add(Delivery delivery) {
        SortedMap<Long, List<Delivery>> windows = waiting.computeIfAbsent(delivery.namespace(), any -> new TreeMap<>());
        List<Delivery> ofWindow = windows.computeIfAbsent(delivery.window(), any -> new ArrayList<>());
        ofWindow.add(delivery);
        if (delivery instanceof Placed && ofWindow.size() > APART) {
            windows.put(delivery.window(), merged(ofWindow));
        }
    }

    /** Takes what a manifest of a window is about: that window, and those before it for which there was none. */
    List<Delivery> take(Namespace namespace, long window) {
        SortedMap<Long, List<Delivery>> windows = waiting.getOrDefault(namespace, new TreeMap<>());
        SortedMap<Long, List<Delivery>> before = windows.headMap(window + 1);
        List<Delivery> taken = new ArrayList<>();
        before.values().forEach(taken::addAll);
        boolean several = before.size() > 1;
        before.clear();
        return several ? merged(taken) : taken;
    }

    /** Puts together what is of windows that are closed and were not taken: some later manifest takes it all. */
    void close(long lastClosed) {
        waiting.values().forEach(windows -> {
            SortedMap<Long, List<Delivery>> closed = windows.headMap(lastClosed + 1);
            if (closed.size() > 1) {
                List<Delivery> all = new ArrayList<>();
                long latest = closed.lastKey();
                closed.values().forEach(ofWindow -> ofWindow.forEach(delivery -> all.add(delivery.in(latest))));
                closed.clear();
                windows.put(latest, merged(all));
            }
        });
        waiting.values().removeIf(SortedMap::isEmpty);
    }

    /** Everything, for a checkpoint. */
    List<Delivery> all() {
        List<Delivery> all = new ArrayList<>();
        waiting.values().forEach(windows -> windows.values().forEach(all::addAll));
        return all;
    }

    /** What was placed as one a partition; what was refused as it is. */
    private static List<Delivery> merged(List<Delivery> deliveries) {
        record Partition(String topic, int number) {}
        Map<Partition, Placed> placed = new HashMap<>();
        List<Delivery> merged = new ArrayList<>();
        for (Delivery delivery : deliveries) {
            if (delivery instanceof Placed one) {
                placed.merge(new Partition(one.topic(), one.partition()), one, Placed::plus);
            } else {
                merged.add(delivery);
            }
        }
        merged.addAll(placed.values());
        return merged;
    }
}
