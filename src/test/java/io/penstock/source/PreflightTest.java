/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.source;

import static io.penstock.source.ScriptedServer.document;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.record.Namespace;
import io.penstock.source.ScriptedServer.Call;
import io.penstock.source.SourceOptions.Startup;
import io.penstock.source.preflight.Preflight;
import io.penstock.source.preflight.Report;
import io.penstock.source.preflight.Report.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

class PreflightTest {
    private final ScriptedServer server = new ScriptedServer();

    private Report check(String... names) {
        Set<Namespace> namespaces =
                Set.of(names).stream().map(Namespace::parse).collect(java.util.stream.Collectors.toSet());
        return Preflight.check(
                server,
                new SourceOptions(
                        new Scope(namespaces, List.of()),
                        Startup.INITIAL,
                        0,
                        1 << 20,
                        0,
                        0,
                        0,
                        true,
                        false,
                        0,
                        false,
                        null,
                        null),
                2);
    }

    @Test
    void itTellsWhatThereIsAndHowLongItMayTake() {
        for (int i = 0; i < 100; i++) {
            server.insert("shop.orders", document(i, "v"));
        }
        server.insert("shop.orders", new BsonDocument("_id", new BsonString("text")));
        Report report = check("shop.orders");
        assertThat(report.isGood()).isTrue();
        assertThat(report.problems()).isEmpty();
        assertThat(report.collections()).hasSize(1);
        assertThat(report.collections().get(0).documents()).isEqualTo(101);
        assertThat(report.collections().get(0).idTypes()).containsExactly("int32", "string");
        assertThat(report.oplogReach()).isEqualTo(Duration.ofMinutes(10));
        assertThat(report.stateForImages()).isGreaterThan(report.stateForVersions());
        assertThat(report.snapshotTime()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aMissingPrivilegeIsAnErrorThatNamesIt() {
        server.insert("shop.orders", document(1, "v"));
        server.fail(Call.CHANGES, 13);
        server.fail(Call.ROWS, 13);
        Report report = check("shop.orders");
        assertThat(report.isGood()).isFalse();
        assertThat(report.problems())
                .extracting(Problem::text)
                .anySatisfy(text -> assertThat(text).contains("changeStream"))
                .anySatisfy(text -> assertThat(text).contains("find on shop.orders"));
    }

    @Test
    void aCollectionThatIsNotThereIsWaitedForAndACappedOneIsWeaker() {
        server.insert("shop.orders", document(1, "v"));
        server.capped();
        Report report = check("shop.orders", "shop.later");
        assertThat(report.isGood()).isTrue();
        assertThat(report.problems())
                .extracting(Problem::text)
                .anySatisfy(text -> assertThat(text).contains("shop.later does not exist"))
                .anySatisfy(text -> assertThat(text).contains("capped"));
    }

    @Test
    void anOldServersLimitsAreTold() {
        server.version(4, 4, 0);
        assertThat(check().problems()).extracting(Problem::text).anySatisfy(text -> assertThat(text)
                .contains("before 5.0"));
        assertThat(check().features()).anySatisfy(text -> assertThat(text).contains("fetched by key"));
        server.version(7, 0, 0);
        assertThat(check().features()).anySatisfy(text -> assertThat(text).contains("one point in time"));
    }
}
