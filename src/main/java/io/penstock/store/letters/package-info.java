/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What becomes of dead letters, wherever they are kept; and keeping them in files and in a topic. */
package io.penstock.store.letters;
