/** A standalone Flink of this machine: a JVM for each process, remembered in a folder. */
package io.penstock.cluster.local;
