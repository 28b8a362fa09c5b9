/**
 * The embedded development server: it speaks MongoDB's wire protocol, keeps documents, and answers change streams, snapshot
 * reads, transactions and retryable writes as a one-node replica set does. A stand-in for development and tests, never for
 * production; nothing of it is in the job jar.
 *
 * <p>Documents are kept as the bytes that arrived ({@link org.bson.RawBsonDocument}), so every BSON type, name and order of
 * fields survives. Filters, updates and orders are our own (package {@code query}), because mongo-java-server's lose types,
 * round longs and refuse names that the server allows; its aggregation stages and expressions are used through a conversion.
 */
package io.penstock.devserver;
