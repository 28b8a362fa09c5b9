/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoConfigurationException;
import com.mongodb.MongoException;
import com.mongodb.MongoIncompatibleDriverException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.MongoWriteConcernException;
import io.penstock.record.DeadLetter.Reason;
import io.penstock.sink.outage.Fault;
import io.penstock.sink.outage.Fault.Kind;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonMaximumSizeExceededException;

/**
 * What failures of a MongoDB target mean, by the server's error codes ({@code error_codes.yml} of its source) and labels, and by the driver's
 * exceptions. Pure.
 */
final class MongoFaults {
    private static final String CREDENTIALS =
            "Check the user, the password and authSource in the sink's uri, and that the user exists at the target";

    private static final String RIGHTS =
            "Give the sink's user readWrite on the databases of its target collections and on its staging-database";
    private static final String DISK = "Make room on the target's disks: nothing is lost meanwhile";
    private static final String BLOCKED = "Writes to the target are blocked by its administrator: allow them again";
    private static final String RETRIES =
            "The target is not a replica set or sharded cluster: make it one, or add retryWrites=false to the sink's uri";
    private static final String NAMES =
            "Give the sink's keys database and collection names that MongoDB takes, and that are not a view's";
    private static final String COLLECTION = "Create the target collection: this server does not do so by itself";
    private static final String SHARD_KEY =
            "Shard the target collection by _id alone: the sink finds documents by their _id, and by nothing else";
    private static final String CONCERN =
            "Check the target's replica set: writes are acknowledged by a majority of its members that hold data";
    private static final String SERVER = "The sink needs MongoDB 4.4 or later, or a server that answers as it does";
    private static final String TLS =
            "Check the target's certificate, and which authorities the JVM trusts (javax.net.ssl.trustStore)";
    private static final String URI = "Check the sink's uri";

    /** Elections, restarts, time limits, overload; and what ends by itself, as two writers that create one collection. */
    private static final int[] PASSING = {
        6, 7, 24, 43, 46, 48, 50, 63, 64, 89, 91, 112, 117, 133, 134, 150, 175, 189, 202, 211, 215, 216, 237, 249, 250,
        262, 264, 272, 279, 290, 317, 338, 355, 358, 365, 384, 402, 407, 433, 449, 9001, 10058, 10107, 11600, 11601,
        11602, 13388, 13435, 13436
    };

    private static final Map<Integer, String> ADVICE = new HashMap<>();
    private static final Map<Integer, Reason> REASONS = new HashMap<>();

    static {
        advise(CREDENTIALS, 11, 18, 214, 334, 391, 392, 8000);
        advise(RIGHTS, 13);
        advise(DISK, 14031);
        advise(BLOCKED, 371);
        advise(RETRIES, 20);
        advise(NAMES, 73, 166, 13297);
        advise(COLLECTION, 26, 227);
        advise(SHARD_KEY, 61);
        advise(CONCERN, 79, 100);
        advise(SERVER, 59, 72, 115, 238, 322, 323, 324);
        advise(TLS, 140, 141);
        refuse(Reason.INVALID, 121, 171, 201, 11000, 11001, 12582, 13027, 16755, 17261, 17262);
        refuse(Reason.TOO_LARGE, 116, 10334, 17280, 17419, 17420);
        refuse(Reason.UNMAPPABLE, 22, 52, 53, 54, 55, 56, 57, 357, 378);
        refuse(Reason.REFUSED, 2, 9, 14, 15, 16, 28, 40, 66, 218, 31249);
    }

    private static final String RETRYABLE_WRITE = "RetryableWriteError";
    private static final String OVERLOADED = "SystemOverloadedError";

    private MongoFaults() {}

    private static void advise(String advice, int... codes) {
        for (int code : codes) {
            ADVICE.put(code, advice);
        }
    }

    private static void refuse(Reason reason, int... codes) {
        for (int code : codes) {
            REASONS.put(code, reason);
        }
    }

    /** All codes that are told apart; a code that is not among them passes. */
    static List<Integer> codes() {
        List<Integer> codes = new ArrayList<>(ADVICE.keySet());
        codes.addAll(REASONS.keySet());
        for (int code : PASSING) {
            codes.add(code);
        }
        return codes.stream().sorted().toList();
    }

    /** Why a change is refused; only for a code of {@link Kind#RECORD}. */
    static Reason reason(int code) {
        return REASONS.get(code);
    }

    /** What one of the server's codes means. */
    static Fault of(int code) {
        String advice = ADVICE.get(code);
        if (advice != null) {
            return new Fault(Kind.SYSTEMIC, String.valueOf(code), advice);
        }
        return new Fault(REASONS.containsKey(code) ? Kind.RECORD : Kind.TRANSIENT, String.valueOf(code), "");
    }

    /** What a failure means, or one of its causes. */
    static Fault of(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof MongoException e) {
                return of(e);
            } else if (each instanceof BsonMaximumSizeExceededException) {
                return of(10334);
            } else if (each instanceof MongoFailure && each.getCause() == null) {
                return new Fault(Kind.RECORD, each.getClass().getSimpleName(), "");
            }
        }
        return passing(failure);
    }

    private static Fault of(MongoException e) {
        if (e.hasErrorLabel(RETRYABLE_WRITE) || e.hasErrorLabel(OVERLOADED)) {
            return passing(e);
        } else if (e instanceof MongoBulkWriteException bulk) {
            return worst(bulk);
        } else if (e instanceof MongoWriteConcernException late) {
            return of(late.getWriteConcernError().getCode());
        } else if (e instanceof MongoSecurityException) {
            boolean isCut =
                    e.getCause() instanceof MongoException cause && of(cause).kind() == Kind.TRANSIENT;
            return isCut ? passing(e) : systemic(e, CREDENTIALS);
        } else if (e instanceof MongoSocketException) {
            return hasCertificateCause(e) ? systemic(e, TLS) : passing(e);
        } else if (e instanceof MongoTimeoutException) {
            return waitingFor(e);
        } else if (e instanceof MongoIncompatibleDriverException) {
            return systemic(e, SERVER);
        } else if (e instanceof MongoConfigurationException) {
            return systemic(e, URI);
        }
        return e instanceof MongoServerException && e.getCode() > 0 ? of(e.getCode()) : passing(e);
    }

    /** No server was found; why the last try of each failed is told by the driver in words only. */
    private static Fault waitingFor(MongoException e) {
        String words = String.valueOf(e.getMessage());
        if (words.contains(MongoSecurityException.class.getName())) {
            return systemic(e, CREDENTIALS);
        }
        return words.contains(CertificateException.class.getName())
                        || words.contains(CertPathValidatorException.class.getName())
                        || words.contains("sun.security.validator.ValidatorException")
                ? systemic(e, TLS)
                : passing(e);
    }

    /** That of the error which most concerns the whole batch: what a person has to mend, then what passes. */
    private static Fault worst(MongoBulkWriteException e) {
        List<Fault> faults = new ArrayList<>();
        if (e.getWriteConcernError() != null) {
            faults.add(of(e.getWriteConcernError().getCode()));
        }
        e.getWriteErrors().forEach(error -> faults.add(of(error.getCode())));
        for (Kind kind : List.of(Kind.SYSTEMIC, Kind.TRANSIENT)) {
            for (Fault fault : faults) {
                if (fault.kind() == kind) {
                    return fault;
                }
            }
        }
        return faults.isEmpty() ? passing(e) : faults.get(0);
    }

    private static boolean hasCertificateCause(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof CertificateException || each instanceof CertPathValidatorException) {
                return true;
            }
        }
        return false;
    }

    private static Fault passing(Throwable failure) {
        return new Fault(Kind.TRANSIENT, failure.getClass().getSimpleName(), "");
    }

    private static Fault systemic(Throwable failure, String advice) {
        return new Fault(Kind.SYSTEMIC, failure.getClass().getSimpleName(), advice);
    }
}
