/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.spec;

import java.io.Serializable;
import java.time.Duration;

/**
 * How history is cut into windows of cluster time, and sealed.
 *
 * @param signingKey null for manifests without signatures
 */
public record WindowsSpec(
        @Key(
                        value =
                                "Length of a window of cluster time, in whole seconds. Changing it begins a new generation.",
                        fallback = "1 min",
                        min = "1 s")
                Duration every,
        @Key(
                        value =
                                "Whether windows are sealed by manifests: counts, digests, and the files of a files sink with their SHA-256."
                                        + " Once switched off it cannot be switched on again for the same job.",
                        fallback = "true")
                boolean manifests,
        @Key(
                        value =
                                "An Ed25519 private key that manifests are signed with, as `openssl genpkey -algorithm ed25519` writes it: the"
                                        + " PEM itself, as `${VARIABLE}`, or the path of a file where the job runs.",
                        optional = true)
                Secret signingKey)
        implements Serializable {}
