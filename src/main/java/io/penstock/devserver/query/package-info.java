/** What queries, updates and pipelines mean: pure functions over BSON values, without storage, time or network. */
package io.penstock.devserver.query;
