/** The main class that Flink runs, and the topology, readable from top to bottom. */
package io.penstock.job;
