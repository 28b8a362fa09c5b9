/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Dead letters on their way back into the job. */
package io.penstock.source.replay;
