/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import com.mongodb.MongoException;
import java.io.IOException;

/** What could not be done, with the server's own words; the driver's name no password. */
final class MongoFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private MongoFailure(String message, MongoException cause) {
        super(message, cause);
    }

    /** @param doing what could not be done, as in "stage changes for shop.orders" */
    static MongoFailure cannot(String doing, MongoException cause) {
        return new MongoFailure("MongoDB target: cannot " + doing + ": " + cause.getMessage(), cause);
    }
}
