/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.LetterEvent;
import io.penstock.record.Namespace;

/**
 * What became of a dead letter while files were written, to be settled once its checkpoint is complete.
 *
 * @param window of the change
 */
public record PendingLetter(Namespace namespace, long window, LetterEvent event) implements FilesCommittable {}
