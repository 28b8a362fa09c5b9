/**
 * The source: a snapshot of the collections and their change stream, read side by side. Nothing pauses or locks; rows and
 * changes carry versions, and meet downstream.
 */
package io.penstock.source;
