/** What drives a Flink cluster from outside of it. Not in the job jar, and nothing of it prints. */
package io.penstock.cluster;
