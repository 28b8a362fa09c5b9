/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.DeadLetter.Reason;
import io.penstock.sink.outage.Fault;
import io.penstock.sink.outage.Fault.Kind;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlFaultsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    08001 | TRANSIENT | # nobody listens
                    08006 | TRANSIENT | # the connection broke
                    57P01 | TRANSIENT | # the server was told to stop
                    57P02 | TRANSIENT | # it crashed
                    57P03 | TRANSIENT | # it starts
                    57014 | TRANSIENT | # a statement took too long
                    40001 | TRANSIENT | # serialization
                    40P01 | TRANSIENT | # deadlock
                    53300 | TRANSIENT | # too many connections
                    53200 | TRANSIENT | # out of memory
                    55P03 | TRANSIENT | # a lock took too long
                    25P03 | TRANSIENT | # idle in a transaction
                    XX000 | TRANSIENT | # internal error
                    58030 | TRANSIENT | # input and output
                    28P01 | SYSTEMIC  | user and password
                    28000 | SYSTEMIC  | user and password
                    3D000 | SYSTEMIC  | Create the database
                    3F000 | SYSTEMIC  | Create the schema
                    42501 | SYSTEMIC  | Grant
                    42P01 | SYSTEMIC  | table was dropped
                    42703 | SYSTEMIC  | column was dropped
                    42804 | SYSTEMIC  | compare them
                    0A000 | SYSTEMIC  | kind
                    53100 | SYSTEMIC  | disk is full
                    53400 | SYSTEMIC  | limit
                    25006 | SYSTEMIC  | primary
                    54011 | SYSTEMIC  | 1,600
                    57P04 | SYSTEMIC  | was dropped
                    22003 | RECORD    | UNMAPPABLE
                    22P02 | RECORD    | UNMAPPABLE
                    22P05 | RECORD    | UNMAPPABLE
                    22021 | RECORD    | UNMAPPABLE
                    23502 | RECORD    | INVALID
                    23503 | RECORD    | INVALID
                    23505 | RECORD    | INVALID
                    23514 | RECORD    | INVALID
                    23P01 | RECORD    | INVALID
                    44000 | RECORD    | INVALID
                    P0001 | RECORD    | INVALID
                    54000 | RECORD    | TOO_LARGE
                    38000 | RECORD    | REFUSED
                    ZZ001 | RECORD    | REFUSED
                    """)
    void codesMeanWhatThePageSays(String code, Kind kind, String more) {
        SQLException failure = new SQLException("it fails", code);
        Fault fault = SqlFaults.TABLE.of(SqlFailure.cannot("stage", failure));
        assertThat(fault.kind()).isEqualTo(kind);
        assertThat(fault.code()).isEqualTo(code);
        switch (kind) {
            case TRANSIENT -> assertThat(fault.advice()).isEmpty();
            case SYSTEMIC -> assertThat(fault.advice()).contains(more);
            case RECORD -> assertThat(SqlFaults.reason(code)).isEqualTo(Reason.valueOf(more));
        }
    }

    @Test
    void whatHasNoCodePasses() {
        assertThat(SqlFaults.TABLE
                        .of(new IOException(new SocketTimeoutException("read")))
                        .kind())
                .isEqualTo(Kind.TRANSIENT);
        assertThat(SqlFaults.TABLE.of(new SQLException("closed")).kind()).isEqualTo(Kind.TRANSIENT);
        assertThat(SqlFaults.TABLE.of(new IllegalStateException()).kind()).isEqualTo(Kind.TRANSIENT);
    }

    @Test
    void whatTheSinkItselfMissesIsForAPerson() {
        Fault fault = SqlFaults.TABLE.of(new NotPreparedException("Table cities is missing: run …"));
        assertThat(fault).isEqualTo(new Fault(Kind.SYSTEMIC, "", ""));
    }
}
