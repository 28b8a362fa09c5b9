/**
 * Where changes go. What all sinks share lies here: the envelope of a change as JSON and as BSON, and its readers; each target
 * has a package of its own.
 */
package io.penstock.sink;
