/**
 * Kafka as a target: exactly once by transactions that are committed when a checkpoint completes. Built on Flink's own
 * connector, which stays behind our sink, so that what it passes over (transactions lost on the broker) fails the job here.
 */
package io.penstock.sink.kafka;
