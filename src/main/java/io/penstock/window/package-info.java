/** Windows of cluster time: digests of what was exported, sealed by hash-chained manifests. */
package io.penstock.window;
