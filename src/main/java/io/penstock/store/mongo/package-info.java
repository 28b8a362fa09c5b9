/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The metadata store in MongoDB, through its driver: every replica set from 5.0 on. Writes are confirmed by the majority, and what decides is
 * read so that a primary that was voted out cannot answer.
 */
package io.penstock.store.mongo;
