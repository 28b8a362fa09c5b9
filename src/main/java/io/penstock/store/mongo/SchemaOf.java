/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.store.mongo;

import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/**
 * One collection: what its documents look like, and how they are found. Validators name what other engines may rely on; fields may be added by later
 * releases.
 *
 * @param indexes by name, beside that on {@code _id}
 * @param expires whether the server removes documents when the time has come that they name
 */
record SchemaOf(String collection, BsonDocument validator, Map<String, BsonDocument> indexes, boolean expires) {
    static final List<SchemaOf> ALL = List.of(
            new SchemaOf(
                    Schema.JOBS,
                    validator(
                            """
                            required: ["_id", "format", "version", "desired", "flinkJob", "stateDir", "jobFile", "rollbacks", "by", "at", "lease"],
                            properties: {
                              _id: {bsonType: "string"},
                              format: {bsonType: "int", minimum: 1},
                              version: {bsonType: "long", minimum: 1},
                              desired: {enum: ["RUNNING", "PAUSED", "CANCELLED", "FINISHED"]},
                              flinkJob: {bsonType: "string", pattern: "^[0-9a-f]{32}$"},
                              startedFrom: {bsonType: ["string", "null"]},
                              savepoint: {bsonType: ["string", "null"]},
                              cluster: {bsonType: ["string", "null"]},
                              stateDir: {bsonType: "string"},
                              jobFile: {bsonType: "string"},
                              rollbacks: {bsonType: "array", items: {bsonType: "timestamp"}},
                              by: {bsonType: "string"},
                              at: {bsonType: "string"},
                              lease: {
                                bsonType: "object",
                                required: ["token", "attempt", "seconds", "renewed"],
                                properties: {
                                  token: {bsonType: "long", minimum: 1},
                                  attempt: {bsonType: "long", minimum: 0},
                                  seconds: {bsonType: "long", minimum: 1},
                                  renewed: {bsonType: "date"}
                                }
                              },
                              written: {
                                bsonType: "object",
                                required: ["token", "checkpoint"],
                                properties: {
                                  token: {bsonType: "long", minimum: 1},
                                  checkpoint: {bsonType: "long", minimum: 0}
                                }
                              },
                              reported: {
                                bsonType: "object",
                                required: ["token", "checkpoint"],
                                properties: {
                                  token: {bsonType: "long", minimum: 1},
                                  checkpoint: {bsonType: "long", minimum: 0}
                                }
                              }
                            }
                            """),
                    Map.of(),
                    false),
            new SchemaOf(
                    Schema.MANIFESTS,
                    validator(
                            """
                            required: ["_id", "format", "job", "generation", "namespace", "window", "contentHash", "manifestHash", "sha256",
                              "token", "attempt", "checkpoint", "json"],
                            properties: {
                              _id: {bsonType: "object", required: ["job", "generation", "namespace", "window"]},
                              format: {bsonType: "int", minimum: 1},
                              job: {bsonType: "string"},
                              generation: {bsonType: "int", minimum: 1},
                              namespace: {bsonType: "string"},
                              window: {bsonType: "long"},
                              contentHash: {bsonType: "string"},
                              manifestHash: {bsonType: "string"},
                              previous: {bsonType: ["string", "null"]},
                              sha256: {bsonType: "string", pattern: "^[0-9a-f]{64}$"},
                              token: {bsonType: "long", minimum: 1},
                              attempt: {bsonType: "long", minimum: 1},
                              checkpoint: {bsonType: "long", minimum: 0},
                              json: {bsonType: "string"},
                              expires: {bsonType: "date"}
                            }
                            """),
                    Map.of(
                            "chain",
                            keys("job", "generation", "namespace", "window"),
                            "hash",
                            keys("job", "manifestHash")),
                    true),
            new SchemaOf(
                    Schema.ROOTS,
                    validator(
                            """
                            required: ["_id", "format", "job", "generation", "window", "last", "rootHash", "lastRootHash", "previous", "sha256",
                              "token", "attempt", "checkpoint", "json"],
                            properties: {
                              _id: {bsonType: "object", required: ["job", "generation", "window"]},
                              format: {bsonType: "int", minimum: 1},
                              job: {bsonType: "string"},
                              generation: {bsonType: "int", minimum: 1},
                              window: {bsonType: "long"},
                              last: {bsonType: "long"},
                              rootHash: {bsonType: "string"},
                              lastRootHash: {bsonType: "string"},
                              previous: {bsonType: ["string", "null"]},
                              sha256: {bsonType: "string", pattern: "^[0-9a-f]{64}$"},
                              token: {bsonType: "long", minimum: 1},
                              attempt: {bsonType: "long", minimum: 1},
                              checkpoint: {bsonType: "long", minimum: 0},
                              json: {bsonType: "string"},
                              expires: {bsonType: "date"}
                            }
                            """),
                    Map.of("chain", keys("job", "generation", "window"), "hash", keys("job", "rootHash")),
                    true),
            new SchemaOf(
                    Schema.RECEIPTS,
                    validator(
                            """
                            required: ["_id", "format", "job", "generation", "namespace", "window", "sink", "manifestHash", "receiptHash", "rows",
                              "sha256", "token", "attempt", "checkpoint", "json"],
                            properties: {
                              _id: {bsonType: "object", required: ["job", "generation", "namespace", "window", "sink"]},
                              format: {bsonType: "int", minimum: 1},
                              job: {bsonType: "string"},
                              generation: {bsonType: "int", minimum: 1},
                              namespace: {bsonType: "string"},
                              window: {bsonType: "long"},
                              sink: {bsonType: "string"},
                              manifestHash: {bsonType: "string"},
                              receiptHash: {bsonType: "string"},
                              rows: {bsonType: "long", minimum: 0},
                              sha256: {bsonType: "string", pattern: "^[0-9a-f]{64}$"},
                              token: {bsonType: "long", minimum: 1},
                              attempt: {bsonType: "long", minimum: 1},
                              checkpoint: {bsonType: "long", minimum: 0},
                              json: {bsonType: "string"},
                              expires: {bsonType: "date"}
                            }
                            """),
                    Map.of(
                            "chain",
                            keys("job", "generation", "namespace", "window", "sink"),
                            "manifest",
                            keys("job", "manifestHash")),
                    true),
            new SchemaOf(
                    Schema.PROGRESS,
                    validator(
                            """
                            required: ["_id", "format", "job", "split", "token", "checkpoint", "at"],
                            properties: {
                              _id: {bsonType: "object", required: ["job", "split"]},
                              format: {bsonType: "int", minimum: 1},
                              job: {bsonType: "string"},
                              split: {bsonType: "string"},
                              token: {bsonType: "long", minimum: 1},
                              checkpoint: {bsonType: "long", minimum: 0},
                              at: {bsonType: "date"},
                              namespace: {bsonType: "string"},
                              epoch: {bsonType: "int"},
                              resumeToken: {bsonType: ["object", "null"]},
                              clusterTime: {bsonType: "timestamp"},
                              lagMillis: {bsonType: "long", minimum: 0},
                              documents: {bsonType: "long", minimum: 0},
                              bytes: {bsonType: "long", minimum: 0},
                              estimated: {bsonType: "long", minimum: 0},
                              estimatedCompletion: {bsonType: ["date", "null"]},
                              retries: {bsonType: "long", minimum: 0},
                              lastFault: {bsonType: ["string", "null"]},
                              finished: {bsonType: "bool"},
                              expires: {bsonType: "date"}
                            }
                            """),
                    Map.of("job", keys("job", "split")),
                    true),
            new SchemaOf(
                    MongoAuditLog.COLLECTION,
                    validator(
                            """
                            required: ["_id", "format", "job", "seq", "id", "at", "by", "action", "details", "previous", "hash"],
                            properties: {
                              _id: {bsonType: "object", required: ["job", "seq"]},
                              format: {bsonType: "int", minimum: 1},
                              job: {bsonType: "string"},
                              seq: {bsonType: "long", minimum: 1},
                              id: {bsonType: "string"},
                              at: {bsonType: "string"},
                              by: {bsonType: "string"},
                              action: {bsonType: "string"},
                              details: {bsonType: "object", additionalProperties: {bsonType: "string"}},
                              previous: {bsonType: ["string", "null"]},
                              hash: {bsonType: "string", pattern: "^[0-9a-f]{64}$"}
                            }
                            """),
                    Map.of("number", keys("job", "seq")),
                    false),
            new SchemaOf(
                    Schema.DEAD_LETTERS,
                    validator(
                            """
                            required: ["_id", "format", "job", "id", "sink", "ns", "key", "op", "version", "revision", "clusterTime", "reason", "attempts",
                              "state", "epoch", "window", "documentBytes", "changeBytes", "pieces", "refused", "changed"],
                            properties: {
                              _id: {bsonType: "object", required: ["job", "id"]},
                              format: {bsonType: "int", minimum: 1},
                              job: {bsonType: "string"},
                              id: {bsonType: "string", pattern: "^[0-9a-f]{32}$"},
                              sink: {bsonType: "string"},
                              ns: {bsonType: "string"},
                              key: {bsonType: "string"},
                              op: {enum: ["r", "c", "u", "d"]},
                              version: {bsonType: "string"},
                              revision: {bsonType: "int", minimum: 0},
                              clusterTime: {bsonType: "timestamp"},
                              reason: {enum: ["TOO_LARGE", "UNMAPPABLE", "INVALID", "REFUSED"]},
                              code: {bsonType: ["string", "null"]},
                              message: {bsonType: ["string", "null"]},
                              attempts: {bsonType: "int", minimum: 1},
                              state: {enum: ["OPEN", "REQUESTED", "REPLAYED", "SUPERSEDED"]},
                              epoch: {bsonType: "int"},
                              window: {bsonType: "long"},
                              shape: {bsonType: ["string", "null"]},
                              exportVersion: {bsonType: ["string", "null"]},
                              rowHash: {bsonType: ["string", "null"]},
                              documentBytes: {bsonType: "long", minimum: 0},
                              changeBytes: {bsonType: "long", minimum: 1},
                              pieces: {bsonType: "int", minimum: 1},
                              refused: {bsonType: "date"},
                              changed: {bsonType: "date"}
                            }
                            """),
                    Map.of("order", keys("job", "version", "id"), "open", keys("job", "sink", "state")),
                    false),
            new SchemaOf(
                    Schema.DEAD_LETTER_PIECES,
                    validator(
                            """
                            required: ["_id", "format", "bytes"],
                            properties: {
                              _id: {bsonType: "object", required: ["job", "id", "n"]},
                              format: {bsonType: "int", minimum: 1},
                              bytes: {bsonType: "binData"}
                            }
                            """),
                    Map.of(),
                    false));

    private static BsonDocument validator(String rules) {
        return BsonDocument.parse("{$jsonSchema: {bsonType: \"object\", " + rules + "}}");
    }

    private static BsonDocument keys(String... fields) {
        BsonDocument keys = new BsonDocument();
        for (String field : fields) {
            keys.put(field, new BsonInt32(1));
        }
        return keys;
    }
}
