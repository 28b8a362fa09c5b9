/** Changes in files, exactly once: written hidden, sealed at each checkpoint, renamed when the checkpoint is complete. */
package io.penstock.sink.files;
