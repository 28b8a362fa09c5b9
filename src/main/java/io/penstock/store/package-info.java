/**
 * What is remembered of a job beside its checkpoints: its record, the lease that the record's token is, and where its next start
 * continues. Used by the commands that start and stop jobs, and by committers, which ask it before they commit.
 */
package io.penstock.store;
