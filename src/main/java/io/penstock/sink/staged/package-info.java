/**
 * Stage and apply: two-phase commit for targets that hold one row or document a key. Writers put changes into a staging area of the target;
 * one committer, after the checkpoint, takes them over into the target itself in one version-guarded step. The core here knows no
 * database: {@link io.penstock.sink.staged.StagedTarget} is what a target implements.
 */
package io.penstock.sink.staged;
