/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.window;

import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What sealing is told by the job.
 *
 * @param every a window's length
 * @param exportVersion see {@link Content}
 * @param exactness see {@link Run}
 * @param isBounded whether the job ends with its snapshot, as of the greatest time at which rows were read
 * @param rollbacks how often the job was rolled back
 * @param lostAt of a life that begins without the job's checkpoints, which are lost: the cluster time up to which everything had been
 *     exported; 0 for others
 * @param fencingToken of this life; 0 without a record
 * @param isExported whether a namespace, by its full name, is exported by the job file as it is now: of one that is not, later changes are
 *     not known
 * @param generations asked once by a life that begins a generation
 * @param signingKey the private key in PEM, resolved where it is used; null for no signatures
 */
public record SealOptions(
        Duration every,
        String exportVersion,
        String exactness,
        boolean isBounded,
        int rollbacks,
        long lostAt,
        long fencingToken,
        IsExported isExported,
        Generations generations,
        SigningKey signingKey)
        implements Serializable {

    /** Tells which namespaces are exported. */
    @FunctionalInterface
    public interface IsExported extends Predicate<String>, Serializable {}

    /** Resolves the key. */
    @FunctionalInterface
    public interface SigningKey extends Supplier<String>, Serializable {}

    /** Numbers generations. */
    @FunctionalInterface
    public interface Generations extends Serializable {
        /** The least number, from one on, that is greater than that of any manifest at the targets. */
        int next(int atLeast) throws IOException;

        /** The manifests at the targets of windows behind this one: what a rollback to it supersedes. */
        default List<Superseded> behind(long window) throws IOException {
            return List.of();
        }

        /** The last root at the targets; empty when there is none. Asked by a life that has lost what it knew of it. */
        default Optional<Root.Follows> lastRoot() throws IOException {
            return Optional.empty();
        }
    }

    /**
     * Manifests that are there, and not valid any more.
     *
     * @param folder of the namespace, as its manifests' folder is called
     * @param first the first window that they cover
     * @param last the last
     */
    public record Superseded(int generation, String folder, long first, long last) {}
}
