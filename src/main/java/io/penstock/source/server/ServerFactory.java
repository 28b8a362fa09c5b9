/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source.server;

import java.io.Serializable;

/** Opens the connection where it is used: on the JobManager by the enumerator, on TaskManagers by readers. */
@FunctionalInterface
public interface ServerFactory extends Serializable {
    SourceServer open();
}
