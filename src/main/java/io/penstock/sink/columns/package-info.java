/** Documents as rows: which fields become columns, of which types, and how BSON values become theirs. Pure. */
package io.penstock.sink.columns;
