/**
 * PostgreSQL as a target: one row a document, by stage and apply. Not by XA: a prepared transaction's upsert of a key blocks the next
 * checkpoint's upsert of the same key until it is committed.
 */
package io.penstock.sink.jdbc;
