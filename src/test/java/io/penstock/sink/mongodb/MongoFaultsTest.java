/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import static io.penstock.sink.outage.Fault.Kind.RECORD;
import static io.penstock.sink.outage.Fault.Kind.SYSTEMIC;
import static io.penstock.sink.outage.Fault.Kind.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoClientException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoConfigurationException;
import com.mongodb.MongoCredential;
import com.mongodb.MongoCursorNotFoundException;
import com.mongodb.MongoException;
import com.mongodb.MongoIncompatibleDriverException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoSocketOpenException;
import com.mongodb.MongoSocketReadException;
import com.mongodb.MongoSocketReadTimeoutException;
import com.mongodb.MongoSocketWriteException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.MongoWriteConcernException;
import com.mongodb.ServerAddress;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.bulk.WriteConcernError;
import io.penstock.record.DeadLetter.Reason;
import io.penstock.sink.outage.Fault.Kind;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.bson.BsonDocument;
import org.bson.BsonMaximumSizeExceededException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MongoFaultsTest {
    private static final ServerAddress SERVER = new ServerAddress("h");

    @ParameterizedTest
    @CsvSource({
        "HostUnreachable, 6, TRANSIENT",
        "HostNotFound, 7, TRANSIENT",
        "CursorNotFound, 43, TRANSIENT",
        "NamespaceExists, 48, TRANSIENT",
        "MaxTimeMSExpired, 50, TRANSIENT",
        "WriteConcernTimeout, 64, TRANSIENT",
        "NetworkTimeout, 89, TRANSIENT",
        "ShutdownInProgress, 91, TRANSIENT",
        "WriteConflict, 112, TRANSIENT",
        "PrimarySteppedDown, 189, TRANSIENT",
        "ExceededTimeLimit, 262, TRANSIENT",
        "TemporarilyUnavailable, 365, TRANSIENT",
        "SocketException, 9001, TRANSIENT",
        "NotWritablePrimary, 10107, TRANSIENT",
        "InterruptedAtShutdown, 11600, TRANSIENT",
        "InterruptedDueToReplStateChange, 11602, TRANSIENT",
        "NotPrimaryNoSecondaryOk, 13435, TRANSIENT",
        "NotPrimaryOrSecondary, 13436, TRANSIENT",
        "one that nobody knows, 99999, TRANSIENT",
        "UserNotFound, 11, SYSTEMIC",
        "Unauthorized, 13, SYSTEMIC",
        "AuthenticationFailed, 18, SYSTEMIC",
        "IllegalOperation, 20, SYSTEMIC",
        "NamespaceNotFound, 26, SYSTEMIC",
        "CommandNotFound, 59, SYSTEMIC",
        "ShardKeyNotFound, 61, SYSTEMIC",
        "InvalidNamespace, 73, SYSTEMIC",
        "UnsatisfiableWriteConcern, 100, SYSTEMIC",
        "CommandNotSupportedOnView, 166, SYSTEMIC",
        "UserWritesBlocked, 371, SYSTEMIC",
        "AtlasError, 8000, SYSTEMIC",
        "DatabaseDifferCase, 13297, SYSTEMIC",
        "OutOfDiskSpace, 14031, SYSTEMIC",
        "BadValue, 2, RECORD",
        "FailedToParse, 9, RECORD",
        "DollarPrefixedFieldName, 52, RECORD",
        "InvalidIdField, 53, RECORD",
        "InvalidDBRef, 55, RECORD",
        "DottedFieldName, 57, RECORD",
        "ImmutableField, 66, RECORD",
        "DocumentValidationFailure, 121, RECORD",
        "CannotIndexParallelArrays, 171, RECORD",
        "BSONObjectTooLarge, 10334, RECORD",
        "DuplicateKey, 11000, RECORD",
        "can't extract geo keys, 16755, RECORD",
        "KeyTooLong, 17280, RECORD",
        "resulting document too large, 17420, RECORD",
        "path collision, 31249, RECORD",
    })
    void theServersCodes(String name, int code, Kind kind) {
        assertThat(MongoFaults.of(code).kind()).as(name).isEqualTo(kind);
        assertThat(MongoFaults.of(new IOException("cannot", command(code))).kind())
                .as("as the answer to a command")
                .isEqualTo(kind);
        assertThat(MongoFaults.of(bulk(null, code)).kind())
                .as("as a write error of a bulk write")
                .isEqualTo(kind);
    }

    @Test
    void whatAPersonHasToMendComesWithWhatToDoAndWhatIsRefusedWithAReason() {
        for (int code : MongoFaults.codes()) {
            Kind kind = MongoFaults.of(code).kind();
            assertThat(MongoFaults.of(code).advice().isEmpty())
                    .as("no advice for %d", code)
                    .isEqualTo(kind != SYSTEMIC);
            assertThat(MongoFaults.reason(code) != null)
                    .as("a reason for %d", code)
                    .isEqualTo(kind == RECORD);
        }
        assertThat(MongoFaults.codes()).doesNotHaveDuplicates();
        assertThat(MongoFaults.reason(121)).isEqualTo(Reason.INVALID);
        assertThat(MongoFaults.reason(11000)).isEqualTo(Reason.INVALID);
        assertThat(MongoFaults.reason(10334)).isEqualTo(Reason.TOO_LARGE);
        assertThat(MongoFaults.reason(57)).isEqualTo(Reason.UNMAPPABLE);
    }

    static Stream<Arguments> driver() {
        return Stream.of(
                Arguments.of(TRANSIENT, new MongoSocketOpenException("", SERVER, new IOException("refused"))),
                Arguments.of(TRANSIENT, new MongoSocketReadException("", SERVER)),
                Arguments.of(TRANSIENT, new MongoSocketReadTimeoutException("", SERVER, null)),
                Arguments.of(TRANSIENT, new MongoTimeoutException("exception={com.mongodb.MongoSocketOpenException}")),
                Arguments.of(TRANSIENT, new MongoNotPrimaryException(answer(10107), SERVER)),
                Arguments.of(TRANSIENT, new MongoNodeIsRecoveringException(answer(11600), SERVER)),
                Arguments.of(TRANSIENT, new MongoCursorNotFoundException(1, answer(43), SERVER)),
                Arguments.of(TRANSIENT, new MongoInterruptedException("", new InterruptedException())),
                Arguments.of(TRANSIENT, new MongoClientException("state should be: open")),
                Arguments.of(TRANSIENT, new MongoWriteConcernException(late(64), SERVER)),
                Arguments.of(SYSTEMIC, new MongoWriteConcernException(late(100), SERVER)),
                Arguments.of(TRANSIENT, labelled(command(2), "RetryableWriteError")),
                Arguments.of(TRANSIENT, labelled(command(2), "SystemOverloadedError")),
                Arguments.of(SYSTEMIC, security(command(18))),
                Arguments.of(SYSTEMIC, security(null)),
                Arguments.of(TRANSIENT, security(new MongoSocketReadException("", SERVER))),
                Arguments.of(
                        SYSTEMIC,
                        new MongoTimeoutException("exception={com.mongodb.MongoSecurityException: Exception auth")),
                Arguments.of(
                        SYSTEMIC,
                        new MongoSocketWriteException(
                                "", SERVER, new SSLHandshakeException("").initCause(new CertificateException("PKIX")))),
                Arguments.of(
                        SYSTEMIC,
                        new MongoTimeoutException(
                                "caused by {sun.security.validator.ValidatorException: PKIX path building failed}")),
                Arguments.of(
                        TRANSIENT,
                        new MongoSocketWriteException("", SERVER, new SSLHandshakeException("Remote host terminated"))),
                Arguments.of(SYSTEMIC, new MongoConfigurationException("no such host in DNS")),
                Arguments.of(SYSTEMIC, new MongoIncompatibleDriverException("wire version 6", null)),
                Arguments.of(RECORD, new BsonMaximumSizeExceededException("16 MB")),
                Arguments.of(RECORD, new MongoFailure("of ours, which no repetition mends")),
                Arguments.of(TRANSIENT, new IOException("nobody knows", new SocketException("reset"))));
    }

    @ParameterizedTest
    @MethodSource("driver")
    void theDriversExceptions(Kind kind, Throwable failure) {
        assertThat(MongoFaults.of(failure).kind()).isEqualTo(kind);
        assertThat(MongoFaults.of(new IOException("wrapped", failure)).kind()).isEqualTo(kind);
        assertThat(MongoFaults.of(failure).code()).isNotEmpty();
    }

    @Test
    void ofABulkWriteTheErrorCountsThatConcernsTheWholeBatch() {
        assertThat(MongoFaults.of(bulk(null, 121, 14031, 112)).code()).isEqualTo("14031");
        assertThat(MongoFaults.of(bulk(null, 121, 112)).code()).isEqualTo("112");
        assertThat(MongoFaults.of(bulk(late(64), 121)).code()).isEqualTo("64");
        assertThat(MongoFaults.of(bulk(null, 121, 11000)).code()).isEqualTo("121");
    }

    @Test
    void everyCodeIsInTheDocumentation() throws IOException {
        String page = Files.readString(Path.of("docs/mongodb-sink.md"));
        String table = page.substring(page.indexOf("| the target answers |"));
        Set<String> words = Set.copyOf(Arrays.asList(table.split("[^0-9]+")));
        assertThat(MongoFaults.codes()).allSatisfy(code -> assertThat(words).contains(code.toString()));
    }

    private static MongoException labelled(MongoException e, String label) {
        e.addLabel(label);
        return e;
    }

    private static MongoSecurityException security(Throwable cause) {
        MongoCredential nobody = MongoCredential.createCredential("nobody", "admin", new char[0]);
        return new MongoSecurityException(nobody, "Exception authenticating", cause);
    }

    private static MongoCommandException command(int code) {
        return new MongoCommandException(answer(code), SERVER);
    }

    private static BsonDocument answer(int code) {
        return BsonDocument.parse("{ok: 0, code: " + code + ", errmsg: 'no'}");
    }

    private static WriteConcernError late(int code) {
        return new WriteConcernError(code, "", "no", new BsonDocument());
    }

    private static MongoBulkWriteException bulk(WriteConcernError late, int... codes) {
        List<BulkWriteError> errors = Arrays.stream(codes)
                .mapToObj(code -> new BulkWriteError(code, "no", new BsonDocument(), 0))
                .toList();
        return new MongoBulkWriteException(BulkWriteResult.unacknowledged(), errors, late, SERVER, Set.of());
    }
}
