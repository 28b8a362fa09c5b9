/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.reconcile;

import static io.penstock.reconcile.Scene.T0;
import static io.penstock.reconcile.Scene.bson;
import static io.penstock.reconcile.Scene.time;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.record.ChangeEvent.Kind;
import io.penstock.record.ChangeRecord;
import io.penstock.record.DocumentLookup.Found;
import io.penstock.record.Version;
import io.penstock.spec.ReconcileSpec.Mode;
import org.junit.jupiter.api.Test;

/** The table of rules, line by line. The epoch starts at 10: rows may come while the watermark is below. */
class ReconcilerTest {
    private final Scene scene = new Scene();

    // any, version <= state's

    @Test
    void aRowReadTwiceIsADuplicate() {
        scene.exactRow(T0, "{_id: 1, a: 1}").exactRow(T0, "{_id: 1, a: 1}");
        assertThat(scene.shown()).containsExactly("r 10~ {\"_id\": 1, \"a\": 1}");
        assertThat(scene.count(Count.DUPLICATE)).isOne();
    }

    @Test
    void anEventSeenTwiceIsADuplicate() {
        scene.insert(12, "{_id: 1}")
                .insert(12, "{_id: 1}")
                .delete(13, "{_id: 1}")
                .delete(13, "{_id: 1}");
        assertThat(scene.shown()).containsExactly("c 12 {\"_id\": 1}", "d 13");
        assertThat(scene.count(Count.DUPLICATE)).isEqualTo(2);
    }

    @Test
    void aRowReadBeforeAnEventThatTheStateHasIsStale() {
        scene.insert(12, "{_id: 1}").exactRow(11, "{_id: 1, old: true}");
        assertThat(scene.shown()).containsExactly("c 12 {\"_id\": 1}");
        assertThat(scene.count(Count.STALE)).isOne();
    }

    @Test
    void anEventThatTheRowIncludesIsStale() {
        scene.exactRow(15, "{_id: 1, a: 2}").update(14, "{_id: 1}", "{a: 2}");
        assertThat(scene.shown()).containsExactly("r 15~ {\"_id\": 1, \"a\": 2}");
        assertThat(scene.count(Count.STALE)).isOne();
    }

    @Test
    void aRowSortsAfterEveryEventOfItsOwnTime() {
        scene.exactRow(15, "{_id: 1, a: 2}").update(15, "{_id: 1}", "{a: 2}").update(16, "{_id: 1}", "{a: 3}");
        assertThat(scene.shown()).containsExactly("r 15~ {\"_id\": 1, \"a\": 2}", "u 16 {\"_id\": 1, \"a\": 3}");
    }

    @Test
    void anEventAtTheEpochsStartIsInEveryRow() {
        // insert at T0, row at T0: whichever comes first, the row alone is exported
        scene.insert(T0, "{_id: 1}").exactRow(T0, "{_id: 1}");
        assertThat(scene.shown()).containsExactly("r 10~ {\"_id\": 1}");
        assertThat(scene.count(Count.BEFORE_EPOCH)).isOne();
    }

    @Test
    void aRowThatLosesStillMarksItsKeyAsMet() {
        scene.epochStart = 0;
        scene.insert(30, "{_id: 1}");
        scene.epoch = 2;
        scene.exactRow(20, "{_id: 1, old: true}");
        assertThat(scene.shown()).hasSize(1);
        assertThat(scene.states.values()).allMatch(state -> state.meta().epoch() == 2);
    }

    // snapshot row; none / older, nothing pending

    @Test
    void aRowBecomesTheImageOfAnUnknownKey() {
        scene.exactRow(T0, "{_id: 1, a: 1}").update(11, "{_id: 1}", "{b: 2}");
        assertThat(scene.shown())
                .containsExactly("r 10~ {\"_id\": 1, \"a\": 1}", "u 11 {\"_id\": 1, \"a\": 1, \"b\": 2}");
    }

    @Test
    void aLaterRowReplacesAnOlderImage() {
        // insert 12 - update 14 (not yet arrived) - row read at 15 - update 14 arrives
        scene.insert(12, "{_id: 1, a: 1}").exactRow(15, "{_id: 1, a: 2}").update(14, "{_id: 1}", "{a: 2}");
        assertThat(scene.shown()).containsExactly("c 12 {\"_id\": 1, \"a\": 1}", "r 15~ {\"_id\": 1, \"a\": 2}");
    }

    @Test
    void aRowWithEqualContentIsNotedButNotEmitted() {
        scene.insert(12, "{_id: 1, a: 1}").exactRow(15, "{_id: 1, a: 1}");
        assertThat(scene.shown()).containsExactly("c 12 {\"_id\": 1, \"a\": 1}");
        assertThat(scene.count(Count.UNCHANGED)).isOne();
        // The version was raised: what the row includes is stale.
        scene.update(14, "{_id: 1}", "{a: 1}");
        assertThat(scene.shown()).hasSize(1);
        assertThat(scene.count(Count.STALE)).isOne();
    }

    @Test
    void aRowAfterATombstoneIsAReInsertedDocument() {
        // insert 11 - delete 12 - insert 13 (not yet arrived) - row read at 14
        scene.insert(11, "{_id: 1}")
                .delete(12, "{_id: 1}")
                .exactRow(14, "{_id: 1, n: 2}")
                .insert(13, "{_id: 1, n: 2}");
        assertThat(scene.shown()).containsExactly("c 11 {\"_id\": 1}", "d 12", "r 14~ {\"_id\": 1, \"n\": 2}");
    }

    // snapshot row; events pending

    @Test
    void whatWaitsUpToTheRowsVersionIsDroppedAndTheRestFollows() {
        // update 11 - update 12 - row read at 12 - update 13
        scene.update(11, "{_id: 1}", "{a: 1}")
                .update(12, "{_id: 1}", "{a: 2}")
                .update(13, "{_id: 1}", "{a: 3}")
                .exactRow(12, "{_id: 1, a: 2}");
        assertThat(scene.shown()).containsExactly("r 12~ {\"_id\": 1, \"a\": 2}", "u 13 {\"_id\": 1, \"a\": 3}");
        assertThat(scene.count(Count.INCLUDED)).isEqualTo(2);
        assertThat(scene.count(Count.PENDING)).isEqualTo(3);
    }

    @Test
    void aDeleteAndAReInsertWaitForTheRowTheyFollow() {
        // row at 10 - delete 11 - insert 12; the row arrives last, and still goes first
        scene.delete(11, "{_id: 1}").insert(12, "{_id: 1, n: 2}").exactRow(T0, "{_id: 1, n: 1}");
        assertThat(scene.shown())
                .containsExactly("r 10~ {\"_id\": 1, \"n\": 1}", "d 11", "c 12 {\"_id\": 1, \"n\": 2}");
    }

    @Test
    void anEventThatWaitsAlreadyIsNotPutBehindItselfAgain() {
        scene.update(11, "{_id: 1}", "{a: 1}").update(11, "{_id: 1}", "{a: 1}").exactRow(T0, "{_id: 1, a: 0}");
        assertThat(scene.shown()).containsExactly("r 10~ {\"_id\": 1, \"a\": 0}", "u 11 {\"_id\": 1, \"a\": 1}");
        assertThat(scene.count(Count.DUPLICATE)).isOne();
    }

    // insert

    @Test
    void anInsertNeedsNotWait() {
        scene.insert(12, "{_id: 1}");
        assertThat(scene.shown()).containsExactly("c 12 {\"_id\": 1}");
    }

    @Test
    void anInsertAfterADeleteIsCreated() {
        scene.exactRow(T0, "{_id: 1}").delete(11, "{_id: 1}").insert(12, "{_id: 1, n: 2}");
        assertThat(scene.shown()).containsExactly("r 10~ {\"_id\": 1}", "d 11", "c 12 {\"_id\": 1, \"n\": 2}");
    }

    // a key's first event, not an insert, while a row may still come

    @Test
    void theFirstEventWaitsWhileARowMayCome() {
        scene.update(11, "{_id: 1}", "{a: 1}").replace(12, "{_id: 1, a: 2}").delete(13, "{_id: 1}");
        assertThat(scene.shown()).isEmpty();
        assertThat(scene.count(Count.PENDING)).isEqualTo(3);
    }

    @Test
    void withoutARowTheFirstReplaceResolvesWhatWaits() {
        // update 11 - replace 12 - delete 13 - range read at 14 finds nothing - epoch complete
        scene.update(11, "{_id: 1}", "{a: 1}")
                .replace(12, "{_id: 1, a: 2}")
                .delete(13, "{_id: 1}")
                .watermarkAt(T0);
        assertThat(scene.shown()).containsExactly("c 12 {\"_id\": 1, \"a\": 2}", "d 13");
        assertThat(scene.lookups).isEmpty();
        assertThat(scene.count(Count.PENDING_SKIPPED)).isOne();
    }

    @Test
    void withoutARowADeleteAloneIsEmitted() {
        scene.delete(11, "{_id: 1}").watermarkAt(T0);
        assertThat(scene.shown()).containsExactly("d 11");
    }

    @Test
    void withoutARowDeltasAloneAreLookedUpAtTheirOwnTime() {
        scene.source.put(11, new Found(bson("{_id: 1, a: 1}"), time(11), true));
        scene.update(11, "{_id: 1}", "{a: 1}").update(12, "{_id: 1}", "{a: 2}").watermarkAt(T0);
        assertThat(scene.lookups).containsExactly("{\"_id\": 1}@11");
        assertThat(scene.shown()).containsExactly("c 11 {\"_id\": 1, \"a\": 1}", "u 12 {\"_id\": 1, \"a\": 2}");
    }

    @Test
    void nothingWaitsAnyMoreAfterTheEpochIsComplete() {
        scene.source.put(11, new Found(bson("{_id: 1, a: 1}"), time(11), true));
        scene.watermarkAt(T0).update(11, "{_id: 1}", "{a: 1}");
        assertThat(scene.shown()).containsExactly("c 11 {\"_id\": 1, \"a\": 1}");
    }

    @Test
    void whereNoRowCanComeNothingWaits() {
        // a collection created after the start
        scene.epochStart = 0;
        scene.delete(11, "{_id: 1}");
        assertThat(scene.shown()).containsExactly("d 11");
    }

    @Test
    void aDeltaOnAnImageFromBeforeTheEpochWaitsForTheRow() {
        // epoch 1 - gap in the history - epoch 2 starts at 30 - update 31 arrives before the row of 30
        scene.exactRow(T0, "{_id: 1, a: 1}");
        scene.epoch = 2;
        scene.epochStart = time(30);
        scene.update(31, "{_id: 1}", "{a: 9}");
        assertThat(scene.shown()).hasSize(1);
        scene.exactRow(30, "{_id: 1, a: 5, missed: true}");
        assertThat(scene.shown())
                .containsExactly(
                        "r 10~ {\"_id\": 1, \"a\": 1}",
                        "r 30~ {\"_id\": 1, \"a\": 5, \"missed\": true}",
                        "u 31 {\"_id\": 1, \"a\": 9, \"missed\": true}");
    }

    @Test
    void anInsertOnAnImageFromBeforeTheEpochTellsOfADeleteInTheGap() {
        scene.exactRow(T0, "{_id: 1, a: 1}");
        scene.epoch = 2;
        scene.epochStart = time(30);
        scene.insert(31, "{_id: 1, a: 2}");
        assertThat(scene.shown())
                .containsExactly("r 10~ {\"_id\": 1, \"a\": 1}", "d 30~", "c 31 {\"_id\": 1, \"a\": 2}");
    }

    // replace, update; image

    @Test
    void aReplaceMayChangeTheStoredIdOfItsKey() {
        // replaceOne({_id: 1}, {_id: 1.0}): the event still names int 1, the next one double 1
        scene.exactRow(T0, "{_id: 1, a: 1}");
        scene.arrive(scene.event(Version.event(time(11)), Kind.REPLACE, "{_id: 1}", "{_id: 1.0, a: 2}", null));
        scene.update(12, "{_id: 1.0}", "{a: 3}").delete(13, "{_id: 1.0}");
        assertThat(scene.shown())
                .containsExactly(
                        "r 10~ {\"_id\": 1, \"a\": 1}",
                        "u 11 {\"_id\": 1.0, \"a\": 2}",
                        "u 12 {\"_id\": 1.0, \"a\": 3}",
                        "d 13");
        assertThat(scene.changes.stream().map(c -> Scene.json(c.documentKey())))
                .containsExactly("{\"_id\": 1}", "{\"_id\": 1.0}", "{\"_id\": 1.0}", "{\"_id\": 1.0}");
        assertThat(scene.states).hasSize(1);
    }

    @Test
    void eventsOfOneTransactionShareTheirTimeAndAreAllApplied() {
        // trap: positions compared by cluster time only lose all but the first
        scene.exactRow(T0, "{_id: 1, a: 0}");
        for (int i = 1; i <= 3; i++) {
            Version version = Version.inTransaction(time(11), new byte[] {(byte) i});
            scene.arrive(scene.updateEvent(version, "{_id: 1}", "{a: " + i + "}"));
        }
        assertThat(scene.shown())
                .containsExactly(
                        "r 10~ {\"_id\": 1, \"a\": 0}",
                        "u 11 {\"_id\": 1, \"a\": 1}",
                        "u 11 {\"_id\": 1, \"a\": 2}",
                        "u 11 {\"_id\": 1, \"a\": 3}");
    }

    @Test
    void anAmbiguousDeltaIsLookedUpAndExportedAtItsOwnVersion() {
        scene.source.put(11, new Found(bson("{_id: 1, q: 2, p: 1}"), time(11), true));
        scene.exactRow(T0, "{_id: 1, p: 1, q: 2}").update(11, "{_id: 1}", "{p: 1}");
        assertThat(scene.shown())
                .containsExactly("r 10~ {\"_id\": 1, \"p\": 1, \"q\": 2}", "u 11 {\"_id\": 1, \"q\": 2, \"p\": 1}");
        assertThat(scene.count(Count.LOOKUPS_AMBIGUOUS)).isOne();
    }

    @Test
    void aLookupInATransactionFindsWhatTheWholeOfItLeft() {
        // update 11.1 (ambiguous) - update 11.2: the document at 11 includes both, and is exported once, at 11~
        scene.source.put(11, new Found(bson("{_id: 1, q: 2, p: 1, r: 3}"), time(11), true));
        scene.exactRow(T0, "{_id: 1, p: 1, q: 2}");
        scene.arrive(scene.updateEvent(Version.inTransaction(time(11), new byte[] {1}), "{_id: 1}", "{p: 1}"));
        scene.arrive(scene.updateEvent(Version.inTransaction(time(11), new byte[] {2}), "{_id: 1}", "{r: 3}"));
        assertThat(scene.shown().subList(1, scene.changes.size()))
                .containsExactly("u 11~ {\"_id\": 1, \"q\": 2, \"p\": 1, \"r\": 3}");
        assertThat(scene.count(Count.STALE)).isOne();
    }

    // update; none, no row to come

    @Test
    void whereHistoryIsGoneTheLaterDocumentIsExportedAtItsLaterTime() {
        scene.epochStart = 0;
        scene.source.put(11, new Found(bson("{_id: 1, a: 5}"), time(20), false));
        scene.update(11, "{_id: 1}", "{a: 1}").update(15, "{_id: 1}", "{a: 5}").update(21, "{_id: 1}", "{a: 6}");
        assertThat(scene.shown()).containsExactly("c 20~ {\"_id\": 1, \"a\": 5}", "u 21 {\"_id\": 1, \"a\": 6}");
        assertThat(scene.count(Count.LOOKUPS_INEXACT)).isOne();
    }

    @Test
    void aLookupThatFindsNothingIsNeverADelete() {
        // trap: a null lookup taken for a delete
        scene.epochStart = 0;
        scene.insert(11, "{_id: 1, p: 1, q: 2}").update(12, "{_id: 1}", "{p: 1}");
        assertThat(scene.shown()).containsExactly("c 11 {\"_id\": 1, \"p\": 1, \"q\": 2}");
        assertThat(scene.count(Count.LOOKUPS_EMPTY)).isOne();
        // The next delta has no base: it is looked up too, rather than applied to an image that misses a change.
        scene.source.put(13, new Found(bson("{_id: 1, q: 2, p: 1, r: 3}"), time(13), true));
        scene.update(13, "{_id: 1}", "{r: 3}").delete(14, "{_id: 1}");
        assertThat(scene.shown())
                .containsExactly(
                        "c 11 {\"_id\": 1, \"p\": 1, \"q\": 2}",
                        "u 13 {\"_id\": 1, \"q\": 2, \"p\": 1, \"r\": 3}",
                        "d 14");
    }

    // delete

    @Test
    void aDeleteLeavesATombstoneThatKeepsEarlierRowsOut() {
        // row read at 10 arrives after insert 11 and delete 12
        scene.insert(11, "{_id: 1}").delete(12, "{_id: 1}").exactRow(T0, "{_id: 1, ghost: true}");
        assertThat(scene.shown()).containsExactly("c 11 {\"_id\": 1}", "d 12");
    }

    @Test
    void aDeleteOfAnUnknownKeyIsEmitted() {
        scene.watermarkAt(T0).delete(11, "{_id: 1}");
        assertThat(scene.shown()).containsExactly("d 11");
    }

    @Test
    void aDeleteOfAKeyThatIsKnownToBeGoneIsNot() {
        scene.watermarkAt(T0).delete(11, "{_id: 1}").delete(12, "{_id: 1}");
        assertThat(scene.shown()).containsExactly("d 11");
        assertThat(scene.count(Count.DELETED_ABSENT)).isOne();
    }

    @Test
    void atAnEqualVersionFromAnotherShardAnInsertReplacesATombstone() {
        // A transaction moves a document between shards: delete on one, insert on the other, one version, in no order.
        Version moved = Version.inTransaction(time(11), new byte[] {1});
        for (boolean deleteFirst : new boolean[] {true, false}) {
            Scene shards = new Scene();
            var delete = shards.event(moved, Kind.DELETE, "{_id: 1}", null, null);
            var insert = shards.event(moved, Kind.INSERT, "{_id: 1}", "{_id: 1, s: 2}", null);
            shards.exactRow(T0, "{_id: 1, s: 1}");
            shards.arrive(deleteFirst ? delete : insert).arrive(deleteFirst ? insert : delete);
            assertThat(shards.shown()).last().asString().endsWith("{\"_id\": 1, \"s\": 2}");
        }
    }

    @Test
    void theSameMoveWhileTheRowIsStillToCome() {
        Version moved = Version.inTransaction(time(11), new byte[] {1});
        scene.arrive(scene.event(moved, Kind.DELETE, "{_id: 1}", null, null));
        scene.arrive(scene.event(moved, Kind.INSERT, "{_id: 1}", "{_id: 1, s: 2}", null));
        scene.exactRow(T0, "{_id: 1, s: 1}");
        assertThat(scene.shown())
                .containsExactly("r 10~ {\"_id\": 1, \"s\": 1}", "d 11", "c 11 {\"_id\": 1, \"s\": 2}");
    }

    // late rows

    @Test
    void aLateRowFailsTheJob() {
        scene.watermarkAt(20);
        assertThatThrownBy(() -> scene.exactRow(15, "{_id: 1}"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("geo.cities {\"_id\": 1}")
                .hasMessageContaining("late");
    }

    @Test
    void aLateRowThatTheStateHasAlreadyDoesNoHarm() {
        scene.exactRow(15, "{_id: 1}").watermarkAt(20).exactRow(15, "{_id: 1}");
        assertThat(scene.count(Count.DUPLICATE)).isOne();
    }

    // rows read without snapshot reads: "it surely includes 12, and perhaps what happened until 16"

    @Test
    void anInexactRowIsExportedAtItsEndWithTheEventsInsideAppliedAgain() {
        // read from 12 - update 13 (in the row) - update 15 (not in the row) - noted at 16 - update 18
        scene.inexactRow(12, 16, "{_id: 1, a: 3}")
                .update(13, "{_id: 1}", "{a: 3}")
                .update(15, "{_id: 1}", "{b: 5}")
                .update(18, "{_id: 1}", "{a: 8}");
        assertThat(scene.shown())
                .containsExactly("r 16~ {\"_id\": 1, \"a\": 3, \"b\": 5}", "u 18 {\"_id\": 1, \"a\": 8, \"b\": 5}");
    }

    @Test
    void anInexactRowMayIncludeWhatALaterEventOfTheReadTakesAway() {
        // read from 12 - update 13 sets a.x - update 14 sets a: the row has 14, whose a has no place for x
        scene.inexactRow(12, 16, "{_id: 1, a: 'text'}")
                .update(13, "{_id: 1}", "{'a.x': 1}")
                .update(14, "{_id: 1}", "{a: 'text'}")
                .watermarkAt(16);
        assertThat(scene.shown()).containsExactly("r 16~ {\"_id\": 1, \"a\": \"text\"}");
        assertThat(scene.lookups).isEmpty();
    }

    @Test
    void eventsThatWaitedBeforeAnInexactRowAreSettledWithIt() {
        // update 11 (surely in the row) - update 15 (perhaps) - update 18 has come already: nothing is left to wait for
        scene.update(11, "{_id: 1}", "{a: 1}").update(15, "{_id: 1}", "{a: 5}").update(18, "{_id: 1}", "{b: 8}");
        scene.inexactRow(12, 16, "{_id: 1, a: 1}");
        assertThat(scene.shown())
                .containsExactly("r 16~ {\"_id\": 1, \"a\": 5}", "u 18 {\"_id\": 1, \"a\": 5, \"b\": 8}");
    }

    @Test
    void aDocumentDeletedDuringAnInexactReadIsGone() {
        scene.inexactRow(12, 16, "{_id: 1}").delete(14, "{_id: 1}").watermarkAt(16);
        assertThat(scene.shown()).containsExactly("d 14");
    }

    @Test
    void aDocumentReplacedDuringAnInexactReadIsExactFromThereOn() {
        scene.inexactRow(12, 16, "{_id: 1, old: true}")
                .delete(13, "{_id: 1}")
                .insert(14, "{_id: 1, a: 1}")
                .update(15, "{_id: 1}", "{b: 2}")
                .watermarkAt(16);
        assertThat(scene.shown()).containsExactly("r 16~ {\"_id\": 1, \"a\": 1, \"b\": 2}");
    }

    @Test
    void whenTheOrderOfFieldsCannotBeToldAnInexactRowIsLookedUp() {
        // 13 removes p, 14 sets it anew: whether r stood before p or after it is not to be seen from the row
        scene.source.put(16, new Found(bson("{_id: 1, p: 2, r: 3}"), time(17), false));
        scene.inexactRow(12, 16, "{_id: 1, p: 2, r: 3}");
        scene.arrive(scene.event(
                        Version.event(time(13)),
                        Kind.UPDATE,
                        "{_id: 1}",
                        null,
                        "{updatedFields: {}, removedFields: ['p']}"))
                .update(14, "{_id: 1}", "{p: 2, r: 3}")
                .watermarkAt(16);
        assertThat(scene.shown()).containsExactly("r 17~ {\"_id\": 1, \"p\": 2, \"r\": 3}");
    }

    @Test
    void anInexactRowOfAKeyThatIsFollowedExactlyIsRedundant() {
        scene.insert(11, "{_id: 1, a: 1}").inexactRow(12, 16, "{_id: 1, a: 9}").watermarkAt(16);
        assertThat(scene.shown()).containsExactly("c 11 {\"_id\": 1, \"a\": 1}");
        assertThat(scene.count(Count.REDUNDANT)).isOne();
    }

    @Test
    void anInexactRowFromBeforeALookupThatFoundNothingIsNoBase() {
        // update 14 (ambiguous) is looked up in vain: a row from 12 on may lack it, and it will not come again
        scene.exactRow(T0, "{_id: 1, p: 1, q: 2}").update(14, "{_id: 1}", "{p: 1}");
        scene.inexactRow(12, 16, "{_id: 1, p: 1, q: 2}").watermarkAt(16);
        assertThat(scene.shown()).containsExactly("r 10~ {\"_id\": 1, \"p\": 1, \"q\": 2}");
        assertThat(scene.count(Count.REDUNDANT)).isOne();
    }

    @Test
    void ofTwoInexactRowsTheFirstCounts() {
        // a range read again after a restart: the events behind the first are all there, whatever the second holds
        scene.inexactRow(12, 16, "{_id: 1, a: 1}")
                .inexactRow(13, 17, "{_id: 1, a: 3}")
                .update(13, "{_id: 1}", "{a: 3}")
                .watermarkAt(17);
        assertThat(scene.shown()).containsExactly("r 16~ {\"_id\": 1, \"a\": 3}");
    }

    @Test
    void anExactRowFromBeforeAWaitingInexactOneComesTooLate() {
        // the inexact row made 13 needless: an exact row of 11 would skip it
        scene.inexactRow(14, 16, "{_id: 1, a: 3}")
                .update(13, "{_id: 1}", "{a: 3}")
                .exactRow(11, "{_id: 1, a: 1}");
        scene.watermarkAt(16);
        assertThat(scene.shown()).containsExactly("r 16~ {\"_id\": 1, \"a\": 3}");
    }

    @Test
    void anExactRowAfterAWaitingInexactOneTakesItsPlace() {
        scene.inexactRow(12, 16, "{_id: 1, a: 1}")
                .update(13, "{_id: 1}", "{a: 3}")
                .exactRow(14, "{_id: 1, a: 3}");
        assertThat(scene.shown()).containsExactly("r 14~ {\"_id\": 1, \"a\": 3}");
    }

    // floors

    @Test
    void whatWaitsBelowAFloorIsDroppedAndTheRestGoesOn() {
        // update 11 waits - dropped at 13 - re-created - insert 14
        scene.update(11, "{_id: 1}", "{a: 1}").floor(13);
        scene.epochStart = 0;
        scene.insert(14, "{_id: 1, again: true}").watermarkAt(T0);
        assertThat(scene.shown()).containsExactly("c 14 {\"_id\": 1, \"again\": true}");
        assertThat(scene.count(Count.BELOW_FLOOR)).isOne();
    }

    @Test
    void aKeyThatIsGoneAlreadyIsNotDeletedAgainByAFloor() {
        scene.insert(11, "{_id: 1}")
                .insert(11, "{_id: 2}")
                .delete(12, "{_id: 1}")
                .floor(13);
        assertThat(scene.shown()).containsExactly("c 11 {\"_id\": 1}", "c 11 {\"_id\": 2}", "d 12", "d 13");
        assertThat(scene.count(Count.SWEPT)).isOne();
    }

    @Test
    void aFloorLeavesWhatIsLaterAlone() {
        scene.insert(14, "{_id: 1}").floor(13).update(15, "{_id: 1}", "{a: 1}");
        assertThat(scene.shown()).containsExactly("c 14 {\"_id\": 1}", "u 15 {\"_id\": 1, \"a\": 1}");
    }

    @Test
    void anInexactReadThatBeganBeforeAFloorMayBeOfTheFormerCollection() {
        scene.inexactRow(12, 16, "{_id: 1, former: true}").floor(14).inexactRow(12, 16, "{_id: 2, former: true}");
        scene.watermarkAt(16);
        assertThat(scene.shown()).isEmpty();
    }

    @Test
    void aRecordBelowAFloorThatComesLateIsDropped() {
        scene.floor(13).insert(12, "{_id: 1}").exactRow(12, "{_id: 1}");
        assertThat(scene.shown()).isEmpty();
        assertThat(scene.count(Count.BELOW_FLOOR)).isEqualTo(2);
    }

    // what waits is bounded

    @Test
    void whatDoesNotFitIsFetchedAtItsOwnTimeInTheSameOrder() {
        Scene small = new Scene(Scene.options(Mode.IMAGES, 100));
        small.source.put(
                12,
                new Found(bson("{_id: 1, a: 'long enough not to fit the limit that is set here'}"), time(12), true));
        small.update(11, "{_id: 1}", "{a: 1}")
                .update(12, "{_id: 1}", "{a: 'long enough not to fit the limit that is set here'}")
                .delete(13, "{_id: 1}")
                .exactRow(T0, "{_id: 1, a: 0}");
        assertThat(small.shown())
                .containsExactly(
                        "r 10~ {\"_id\": 1, \"a\": 0}",
                        "u 11 {\"_id\": 1, \"a\": 1}",
                        "u 12 {\"_id\": 1, \"a\": \"long enough not to fit the limit that is set here\"}",
                        "d 13");
        assertThat(small.lookups).containsExactly("{\"_id\": 1}@12");
        assertThat(small.count(Count.PENDING_THINNED)).isOne();
    }

    // mode versions

    @Test
    void versionsModeKeepsNoImagesAndLooksUpdatesUp() {
        Scene versions = new Scene(Scene.versions());
        versions.source.put(11, new Found(bson("{_id: 1, a: 2}"), time(11), true));
        versions.exactRow(T0, "{_id: 1, a: 1}").update(11, "{_id: 1}", "{a: 2}").delete(12, "{_id: 1}");
        assertThat(versions.shown())
                .containsExactly("r 10~ {\"_id\": 1, \"a\": 1}", "u 11 {\"_id\": 1, \"a\": 2}", "d 12");
        assertThat(versions.states.values()).allMatch(state -> state.image() == null);
        assertThat(versions.changes.get(1).previousRowHash())
                .isEqualTo(versions.changes.get(0).rowHash());
    }

    @Test
    void versionsModeTakesThePostImageWhereTheCollectionKeepsThem() {
        Scene versions = new Scene(Scene.versions());
        versions.exactRow(T0, "{_id: 1, a: 1}");
        versions.arrive(versions.event(
                Version.event(time(11)), Kind.UPDATE, "{_id: 1}", "{_id: 1, a: 2}", "{updatedFields: {a: 2}}"));
        assertThat(versions.shown()).last().isEqualTo("u 11 {\"_id\": 1, \"a\": 2}");
        assertThat(versions.lookups).isEmpty();
    }

    @Test
    void inVersionsModeALookupThatFindsNothingMeansSupersededNeverDeleted() {
        Scene versions = new Scene(Scene.versions());
        versions.exactRow(T0, "{_id: 1, a: 1}").update(11, "{_id: 1}", "{a: 2}");
        assertThat(versions.shown()).containsExactly("r 10~ {\"_id\": 1, \"a\": 1}");
        versions.delete(12, "{_id: 1}");
        assertThat(versions.shown()).last().isEqualTo("d 12");
    }

    // what a change carries

    @Test
    void aChangeCarriesWhatWasExportedBefore() {
        scene.exactRow(T0, "{_id: 1, a: 1}").update(11, "{_id: 1}", "{a: 2}").delete(35, "{_id: 1}");
        ChangeRecord row = scene.changes.get(0);
        ChangeRecord update = scene.changes.get(1);
        ChangeRecord delete = scene.changes.get(2);
        assertThat(row.before()).isNull();
        assertThat(row.previousRowHash()).isNull();
        assertThat(update.before()).isEqualTo(row.document());
        assertThat(update.previousRowHash()).isEqualTo(row.rowHash());
        assertThat(delete.before()).isEqualTo(update.document());
        assertThat(delete.previousRowHash()).isEqualTo(update.rowHash());
        assertThat(delete.rowHash()).isNull();
        assertThat(delete.window()).isEqualTo(3);
        assertThat(scene.states.values()).allMatch(state -> state.image() == null);
    }

    // History lost up to 30, where the next pass starts; what came before was read up to 19.

    @Test
    void whatThePassDoesNotMeetIsDeletedAtItsStartWhenItIsComplete() {
        // 1 and 2 exported - 1 deleted at 25, unseen - 2 met unchanged at 30 - 3 met as a new document
        scene.exactRow(T0, "{_id: 1, a: 1}").exactRow(T0, "{_id: 2, a: 1}").lostUntil(30);
        scene.exactRow(30, "{_id: 2, a: 1}").exactRow(30, "{_id: 3, a: 1}").watermarkAt(29);
        assertThat(scene.shown()).doesNotContain("d 30~");
        scene.watermarkAt(31);
        assertThat(scene.shown())
                .containsExactly(
                        "r 10~ {\"_id\": 1, \"a\": 1}",
                        "r 10~ {\"_id\": 2, \"a\": 1}",
                        "r 30~ {\"_id\": 3, \"a\": 1}",
                        "d 30~");
        assertThat(scene.count(Count.GHOSTS)).isOne();
        assertThat(scene.count(Count.UNCHANGED)).isOne();
    }

    @Test
    void anImageOfBeforeTheGapIsNoBaseOfADelta() {
        // image at 10 - update a at 25, unseen - update b at 32 - row of the pass at 30
        scene.exactRow(T0, "{_id: 1, a: 1}").lostUntil(30).update(32, "{_id: 1}", "{b: 2}");
        assertThat(scene.shown()).hasSize(1);
        scene.exactRow(30, "{_id: 1, a: 5}");
        assertThat(scene.shown())
                .containsExactly(
                        "r 10~ {\"_id\": 1, \"a\": 1}",
                        "r 30~ {\"_id\": 1, \"a\": 5}",
                        "u 32 {\"_id\": 1, \"a\": 5, \"b\": 2}");
        assertThat(scene.lookups).isEmpty();
    }

    @Test
    void whatWaitsWhenHistoryIsLostIsInTheNextPassOrGone() {
        // updates 15 of 1 and 2 wait for their rows, which are never read - 1 deleted at 25, unseen
        scene.update(15, "{_id: 1}", "{a: 1}")
                .update(15, "{_id: 2}", "{a: 1}")
                .lostUntil(30)
                .exactRow(30, "{_id: 2, a: 1}")
                .watermarkAt(31);
        assertThat(scene.shown()).containsExactly("r 30~ {\"_id\": 2, \"a\": 1}");
        assertThat(scene.lookups).isEmpty();
        assertThat(scene.states.values()).allMatch(state -> state.waiting() == null);
    }

    @Test
    void aReInsertBehindTheGapTellsOfTheDeleteInIt() {
        // 1 deleted at 25, unseen - inserted at 32
        scene.exactRow(T0, "{_id: 1, a: 1}")
                .lostUntil(30)
                .insert(32, "{_id: 1, n: 2}")
                .watermarkAt(40);
        assertThat(scene.shown())
                .containsExactly("r 10~ {\"_id\": 1, \"a\": 1}", "d 30~", "c 32 {\"_id\": 1, \"n\": 2}");
    }

    @Test
    void aDeleteBehindTheGapIsNotDoneTwice() {
        // 1 updated at 32 and deleted at 33, before its range is read
        scene.exactRow(T0, "{_id: 1, a: 1}")
                .lostUntil(30)
                .update(32, "{_id: 1}", "{a: 2}")
                .delete(33, "{_id: 1}")
                .watermarkAt(40);
        assertThat(scene.shown()).containsExactly("r 10~ {\"_id\": 1, \"a\": 1}", "d 33");
        assertThat(scene.count(Count.GHOSTS)).isZero();
    }

    @Test
    void aRowOfAnEarlierPassThatArrivesLateIsNoMeeting() {
        // a range of the first pass goes on: read at 18, arrives behind the gap; 1 was deleted at 25
        scene.lostUntil(30).exactRow(18, "{_id: 1, a: 1}").watermarkAt(31);
        assertThat(scene.shown()).isEmpty();
    }

    @Test
    void aRowThatWaitsIsAMeeting() {
        // read somewhere from 35 to 38: due only when the watermark reaches 35
        scene.exactRow(T0, "{_id: 1, a: 1}").lostUntil(30).inexactRow(35, 38, "{_id: 1, a: 1}");
        scene.watermarkAt(31).watermarkAt(40);
        assertThat(scene.shown()).containsExactly("r 10~ {\"_id\": 1, \"a\": 1}");
        assertThat(scene.count(Count.GHOSTS)).isZero();
    }

    @Test
    void historyThatIsLostOnceMoreHasOnePassThatCounts() {
        // the pass from 30 is never read to its end; that from 50 is
        scene.exactRow(T0, "{_id: 1, a: 1}").lostUntil(30).lostUntil(50);
        scene.watermarkAt(45);
        assertThat(scene.shown()).hasSize(1);
        scene.exactRow(50, "{_id: 1, a: 1}").watermarkAt(51);
        assertThat(scene.shown()).hasSize(1);
    }
}
