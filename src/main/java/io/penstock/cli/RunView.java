/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/**
 * What a person sees of a run: sentences when something happens; on a terminal a progress bar for each snapshot, then one
 * line of numbers that is drawn over; elsewhere such a line now and then. Used by one thread.
 */
class RunView implements AutoCloseable {
    private static final Duration ON_A_TERMINAL = Duration.ofMillis(500);
    private static final Duration IN_A_LOG = Duration.ofSeconds(10);

    private final PrintWriter out;
    private final boolean interactive;
    private final SnapshotBars bars = new SnapshotBars();
    private RunStatus shown = RunStatus.beginning();
    private boolean first = true;
    private boolean drawn;

    RunView(PrintWriter out, boolean interactive) {
        this.out = out;
        this.interactive = interactive;
    }

    /** A sentence of its own. */
    void say(String sentence) {
        if (drawn) {
            out.print("\r\033[K");
            drawn = false;
        }
        out.println(sentence);
        out.flush();
    }

    /** A line that the next one takes the place of; nothing where nobody can draw. */
    void draw(String line) {
        if (interactive) {
            out.print("\r\033[K" + line);
            out.flush();
            drawn = true;
        }
    }

    /** New numbers; shown when it is time. */
    void update(RunStatus now) {
        if (interactive && bars.update(now.snapshots())) {
            return;
        }
        Duration since = Duration.ofNanos(now.nanos() - shown.nanos());
        if (since.compareTo(interactive || first ? ON_A_TERMINAL : IN_A_LOG) < 0) {
            return;
        }
        String line = line(now, shown);
        if (interactive) {
            draw(line);
        } else {
            say(line);
        }
        first = false;
        shown = now;
    }

    /** Ends what is drawn over. */
    @Override
    public void close() {
        bars.close();
        if (drawn) {
            out.println();
            out.flush();
        }
    }

    /** The line of numbers. */
    static String line(RunStatus now, RunStatus before) {
        StringBuilder line = new StringBuilder();
        now.snapshots().forEach((collection, progress) -> {
            if (progress.read() < progress.expected()) {
                line.append(collection)
                        .append(' ')
                        .append(number(progress.read()))
                        .append(" of ")
                        .append(number(progress.expected()))
                        .append(" rows (")
                        .append(100 * progress.read() / progress.expected())
                        .append(" %)   ");
            }
        });
        line.append("lag ").append(now.lag().isPresent() ? seconds(now.lag().getAsLong()) : "-");
        line.append("   read ").append(number(now.readPerSecond(before))).append("/s");
        line.append("   exported ").append(number(now.changes()));
        line.append(" (").append(number(now.changesPerSecond(before))).append("/s)");
        return line.toString();
    }

    /** A number with its thousands apart. */
    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Milliseconds as seconds. */
    static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
}
