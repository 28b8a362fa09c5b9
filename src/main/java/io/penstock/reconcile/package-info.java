/**
 * Makes one exact history per document out of snapshot rows and changes that arrive in any order: pure rules over one key's state
 * ({@code Reconciler}), and the operator that keeps that state ({@code ReconcileOperator}).
 */
package io.penstock.reconcile;
