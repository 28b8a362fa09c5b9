/**
 * The commands of {@code scripts/penstock}, and the only package that prints. Each command is a thin shell: what it
 * shows is worked out by values that tests call without a terminal.
 */
package io.penstock.cli;
