/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.sink.mongodb;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import io.penstock.record.ChangeRecord;
import io.penstock.sink.deadletter.Refusal;
import io.penstock.sink.staged.Added;
import io.penstock.sink.staged.Leftover;
import io.penstock.sink.staged.Stage;
import io.penstock.sink.staged.StageRemovedException;
import io.penstock.sink.staged.StagedRow;
import io.penstock.sink.staged.StagingArea;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.bson.RawBsonDocument;

/** The staging collection, filled by ordinary inserts. A row's {@code _id} is its place in the stage, so that it is there once however often it is sent. */
final class MongoArea implements StagingArea {
    private static final InsertManyOptions UNORDERED = new InsertManyOptions().ordered(false);

    private final MongoClient client;
    private final OwnCollections own;
    private final String sink;
    private final String field;

    MongoArea(MongoClient client, OwnCollections own, String sink, String field) {
        this.client = client;
        this.own = own;
        this.sink = sink;
        this.field = field;
    }

    @Override
    public int removeLeftovers(Leftover leftover) throws IOException {
        try {
            List<String> found = new ArrayList<>();
            own.stages().find(Filters.eq("sink", sink)).forEach(stage -> {
                if (leftover.includes(
                        Long.parseUnsignedLong(stage.getString("_id").getValue(), 16),
                        stage.getInt32("subtask").getValue(),
                        stage.getInt64("afterCheckpoint").getValue())) {
                    found.add(stage.getString("_id").getValue());
                }
            });
            found.forEach(own::remove);
            return found.size();
        } catch (MongoException e) {
            throw MongoFailure.cannot("remove what an earlier attempt staged for sink " + sink, e);
        }
    }

    @Override
    public List<Refusal> add(Stage.Name stage, int subtask, String target, Collection<StagedRow> changes, Added before)
            throws IOException {
        String id = OwnCollections.id(stage);
        // Eight hex digits: a stage of more rows than an int counts would not end before its checkpoint does.
        int number = Math.toIntExact(before.offered());
        List<RawBsonDocument> documents = new ArrayList<>(changes.size());
        List<ChangeRecord> staged = new ArrayList<>(changes.size());
        List<Refusal> refusals = new ArrayList<>();
        try {
            hold(stage, id, subtask, before);
            for (StagedRow each : changes) {
                String rowId = id + "/" + HexFormat.of().toHexDigits(number++);
                try {
                    documents.add(StagedDocument.of(target, each, field).encode(rowId, each.change()));
                    staged.add(each.change());
                } catch (UnfitException e) {
                    refusals.add(e.of(each.change()));
                }
            }
            if (!documents.isEmpty()) {
                BulkErrors.refused(() -> own.staged().insertMany(documents, UNORDERED))
                        .forEach(error -> refusals.add(RefusedWrite.of(staged.get(error.getIndex()), error)));
            }
            return refusals;
        } catch (MongoException e) {
            throw MongoFailure.cannot("stage " + changes.size() + " changes for " + target, e);
        }
    }

    private void hold(Stage.Name stage, String id, int subtask, Added before) throws IOException {
        if (before.offered() == 0) {
            own.stages()
                    .updateOne(
                            Filters.eq("_id", id),
                            Updates.combine(
                                    Updates.setOnInsert("sink", sink),
                                    Updates.setOnInsert("writer", stage.writer().toString()),
                                    Updates.setOnInsert("subtask", subtask),
                                    Updates.setOnInsert("number", stage.number()),
                                    Updates.setOnInsert("afterCheckpoint", stage.afterCheckpoint())),
                            new UpdateOptions().upsert(true));
        } else if (own.stages().find(Filters.eq("_id", id)).first() == null) {
            throw new StageRemovedException(sink);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
