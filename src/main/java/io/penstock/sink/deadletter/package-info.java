/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What targets refuse for itself: set aside, counted, and bounded. */
package io.penstock.sink.deadletter;
