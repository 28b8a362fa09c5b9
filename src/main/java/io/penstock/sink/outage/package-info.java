/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Targets that fail: which failures pass, how long to wait for it, and what is told of it meanwhile. */
package io.penstock.sink.outage;
