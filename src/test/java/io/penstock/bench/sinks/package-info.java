/** Each sink beside its target's own client: {@code scripts/bench sinks}. */
package io.penstock.bench.sinks;
