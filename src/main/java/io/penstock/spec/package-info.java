/**
 * The job file: its model as records, and the parser that binds a YAML text to them or reports everything that is wrong
 * with it at once. The records' annotations are the only description of the keys: the parser, the JSON Schema and the
 * reference table are all made from them.
 */
package io.penstock.spec;
