/** MongoDB as a target: collections that follow the exported ones, by stage and apply. */
package io.penstock.sink.mongodb;
