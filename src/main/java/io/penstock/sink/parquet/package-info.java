/** Changes as Parquet: the schema, a writer and a reader on Apache Parquet's own, neither of which touches a class of Hadoop's to write. */
package io.penstock.sink.parquet;
