/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The operator of a running job that writes into its metadata store what complete checkpoints cover. */
package io.penstock.store.commit;
