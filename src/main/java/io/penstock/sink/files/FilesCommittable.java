/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.files;

import io.penstock.record.RecordType;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/** What the one committer of a files sink makes visible once its checkpoint is complete. */
public sealed interface FilesCommittable permits PendingFile, PendingManifest, PendingLetter {
    TypeInformation<FilesCommittable> TYPE =
            new RecordType<>(FilesCommittable.class, FilesCommittableTypeSerializer.INSTANCE);
}
