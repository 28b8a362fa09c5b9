/** Benchmarks: what the job does beside what the driver alone does, in the same run. Started by {@code scripts/bench}; no tests. */
package io.penstock.bench;
