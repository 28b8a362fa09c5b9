/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The entry point of {@code scripts/penstock}. Exit codes: 0 done, 1 failed, 2 wrong usage or an invalid job file.
 *
 * <p>An error is one clear line first; its stack trace is shown with {@code --verbose} only (and is in the log of a
 * job that runs).
 */
@Command(
        name = "penstock",
        description = "Exports MongoDB collections continuously: what they hold, and every change, exactly once.",
        mixinStandardHelpOptions = true,
        versionProvider = ProductVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            ValidateCommand.class,
            PlanCommand.class,
            RunCommand.class,
            ClusterCommand.class,
            SubmitCommand.class,
            StatusCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            RescaleCommand.class,
            SavepointCommand.class,
            RollbackCommand.class,
            CancelCommand.class,
            AuditCommand.class,
            DevServerCommand.class,
            WindowsCommand.class,
            DlqCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed",
            "2:wrong usage, or an invalid job file",
            "130:ended at once, by a second Ctrl-C"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  penstock demo                   watch an export survive a crash",
            "  penstock validate jobs/my.yaml  check a job file",
            "  penstock plan jobs/my.yaml      ask the source whether the job can work",
            "  penstock run jobs/my.yaml       export until Ctrl-C; again: continue",
            "  penstock COMMAND --help         what a command does, with examples"
        })
public final class Main implements Runnable {
    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of an error, not only what it says.")
    private boolean verbose;

    @Spec
    private CommandSpec spec;

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The whole command line; tests give it writers of their own and execute it in their process. */
    static CommandLine commandLine() {
        Logs.quiet();
        return new CommandLine(new Main())
                .setColorScheme(CommandLine.Help.defaultColorScheme(Console.colours() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Failures::misused)
                .setExecutionExceptionHandler(Failures::report);
    }

    /** Whether stack traces are asked for. */
    boolean verbose() {
        return verbose;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }
}
