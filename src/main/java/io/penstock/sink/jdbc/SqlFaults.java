/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.jdbc;

import io.penstock.record.DeadLetter.Reason;
import io.penstock.sink.outage.Fault;
import io.penstock.sink.outage.Fault.Kind;
import io.penstock.sink.outage.FaultTable;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What PostgreSQL's failures mean, by SQLSTATE: the longest entry that a code begins with. {@code docs/jdbc.md} has the same table.
 *
 * <p>Source: <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL Error Codes</a>.
 */
final class SqlFaults implements FaultTable {
    static final SqlFaults TABLE = new SqlFaults();

    private static final Map<String, String> SYSTEMIC = systemic();

    /** Beginnings of codes that speak of one row. */
    private static final Set<String> RECORD = Set.of("22", "23", "44", "54", "09", "27", "2F", "38", "39", "P0");

    /** PostgreSQL's own classes besides; a code of any other is one that a trigger or function of the target's owner has made up. */
    private static final Set<String> OWN_CLASSES = Set.of(
            "00", "01", "02", "03", "08", "0A", "0B", "0F", "0L", "0P", "0Z", "10", "20", "21", "24", "25", "26", "28",
            "2B", "2D", "34", "3B", "3D", "3F", "40", "42", "53", "55", "57", "58", "72", "F0", "HV", "XX");

    private SqlFaults() {}

    private static Map<String, String> systemic() {
        Map<String, String> advice = new LinkedHashMap<>();
        advice.put("28", "Give the sink a user and password that the database lets in; the job goes on by itself then");
        advice.put("3D000", "Create the database, or correct the name in the sink's url");
        advice.put(
                "3F000",
                "Create the schema, or correct it in the job file; scripts/penstock plan prints the statement");
        advice.put("42501", "Grant the sink's user what docs/jdbc.md lists; the job goes on by itself then");
        advice.put("42P01", "The table was dropped or renamed: run what scripts/penstock plan prints");
        advice.put("42703", "The column was dropped or renamed: run what scripts/penstock plan prints");
        advice.put(
                "42", "The tables are not as the sink needs them: compare them with what scripts/penstock plan prints");
        advice.put(
                "0A000",
                "The table is of a kind that the sink cannot write: compare it with what scripts/penstock plan prints");
        advice.put(
                "25006",
                "This server takes no writes: point the sink's url at the primary, with"
                        + " targetServerType=primary when it names several servers");
        advice.put("53100", "The database's disk is full: make room, and the job goes on by itself");
        advice.put("53400", "The server's configuration sets a limit that the sink has reached: raise it");
        advice.put("54011", "PostgreSQL takes no more than 1,600 columns in a table: declare fewer");
        advice.put("54023", "The server has a limit that the sink has reached: raise it");
        advice.put("57P04", "The database was dropped: create it, or correct the name in the sink's url");
        advice.put("F0", "The server's configuration is broken: mend it");
        return advice;
    }

    @Override
    public Fault of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NotPreparedException) {
                return new Fault(Kind.SYSTEMIC, "", "");
            }
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return of(sql.getSQLState());
            }
        }
        return new Fault(Kind.TRANSIENT, "", "");
    }

    private static Fault of(String code) {
        for (int length = code.length(); length >= 2; length--) {
            String advice = SYSTEMIC.get(code.substring(0, length));
            if (advice != null) {
                return new Fault(Kind.SYSTEMIC, code, advice);
            }
        }
        String type = code.length() < 2 ? code : code.substring(0, 2);
        return new Fault(RECORD.contains(type) || !OWN_CLASSES.contains(type) ? Kind.RECORD : Kind.TRANSIENT, code, "");
    }

    /** Whether a failure is one row's own. */
    static boolean isRecord(SQLException failure) {
        return TABLE.of(failure).kind() == Kind.RECORD;
    }

    /** Why a row is refused with a code that is a row's own. */
    static Reason reason(String code) {
        return switch (code.substring(0, 2)) {
            case "54" -> Reason.TOO_LARGE;
            case "22" -> Reason.UNMAPPABLE;
            case "23", "44", "P0" -> Reason.INVALID;
            default -> Reason.REFUSED;
        };
    }
}
