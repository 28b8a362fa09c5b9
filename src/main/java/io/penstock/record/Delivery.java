/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.record;

import java.util.HexFormat;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** What a sink tells of a window's changes with the transaction that ends: where they came to lie in a log, or that one was set aside. */
public sealed interface Delivery {
    TypeInformation<Delivery> TYPE = new RecordType<>(Delivery.class, DeliverySerializer.INSTANCE);

    Namespace namespace();

    long window();

    /** The same, counted as of another window. */
    Delivery in(long otherWindow);

    /**
     * Where changes of one window came to lie in a log: all between {@code first} and {@code last} that are of the namespace and the window, and of
     * the transaction.
     *
     * @param first the least offset
     * @param last the greatest
     * @param rows how many changes; others' may lie between them
     * @param transactionalId under which they were written; null when several were, which are not told apart any more
     */
    record Placed(
            Namespace namespace,
            long window,
            String topic,
            int partition,
            long first,
            long last,
            long rows,
            String transactionalId)
            implements Delivery {

        /** Both together, of one partition and window. */
        public Placed plus(Placed other) {
            return new Placed(
                    namespace,
                    window,
                    topic,
                    partition,
                    Math.min(first, other.first),
                    Math.max(last, other.last),
                    rows + other.rows,
                    transactionalId != null && transactionalId.equals(other.transactionalId) ? transactionalId : null);
        }

        @Override
        public Placed in(long otherWindow) {
            return new Placed(namespace, otherWindow, topic, partition, first, last, rows, transactionalId);
        }
    }

    /**
     * A change that the target refused for itself, and that became a dead letter: it lies nowhere.
     *
     * @param key the canonical {@code {"_id": …}} in relaxed Extended JSON
     * @param rowHash in lower-case hex digits; null for a delete
     * @param previousRowHash of what was exported of the document before, in lower-case hex digits; null when nothing was
     */
    record Refused(
            Namespace namespace,
            long window,
            String key,
            Version version,
            int revision,
            String rowHash,
            String previousRowHash)
            implements Delivery {
        /** Of a change; its key is spelled as whoever tells of it spells keys. */
        public static Refused of(ChangeRecord change, String key) {
            return new Refused(
                    change.namespace(),
                    change.window(),
                    key,
                    change.version(),
                    change.revision(),
                    hex(change.rowHash()),
                    hex(change.previousRowHash()));
        }

        private static String hex(byte[] hash) {
            return hash == null ? null : HexFormat.of().formatHex(hash);
        }

        @Override
        public Refused in(long otherWindow) {
            return new Refused(namespace, otherWindow, key, version, revision, rowHash, previousRowHash);
        }
    }
}
