/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store;

import java.io.IOException;

/** A state folder lies where no record of a job can be kept. */
public final class UnsupportedStoreException extends IOException {
    private static final long serialVersionUID = 1L;

    UnsupportedStoreException(String stateDir, String why) {
        super("pipeline.state-dir is " + stateDir + ", and no record of the job can be kept there: " + why
                + ". The record must let exactly one of two starts win, or both would export. Use a local or shared folder or"
                + " hdfs:// for the state, or give the job to Flink by its own means (`flink run`), and see to it yourself"
                + " that it runs once");
    }
}
