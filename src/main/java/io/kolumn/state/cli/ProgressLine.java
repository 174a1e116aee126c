package io.kolumn.state.cli;

import io.kolumn.state.transfer.Report;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** How far a long command is, on standard error: a bar that moves on a terminal, a line each five seconds elsewhere. */
final class ProgressLine implements AutoCloseable {

    private static final int WIDTH = 20;

    private final Terminal terminal;
    private final Report report;
    private final long total;
    private final long start = System.nanoTime();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("progress").factory());

    /** @param total how many states there are; 0 if that is not known */
    ProgressLine(Terminal terminal, Report report, long total) {
        this.terminal = terminal;
        this.report = report;
        this.total = total;
        long period = terminal.interactive() ? 200 : 5000;
        Future<?> _ = timer.scheduleAtFixedRate(this::show, period, period, TimeUnit.MILLISECONDS);
    }

    private synchronized void show() {
        Duration since = Duration.ofNanos(System.nanoTime() - start);
        String line = line(report.states(), total, report.bytes(), since);
        if (terminal.interactive()) {
            terminal.err().print("\r" + bar(report.states(), total) + line + "   ");
        } else {
            terminal.err().println(line);
        }
        terminal.err().flush();
    }

    static String line(long done, long total, long bytes, Duration since) {
        double seconds = Math.max(0.001, since.toMillis() / 1000.0);
        String states = done + (total > 0 ? "/" + total : "") + " states, " + Output.size(bytes) + ", "
                + String.format(Locale.ROOT, "%.0f", done / seconds) + " states/s, "
                + Output.size((long) (bytes / seconds))
                + "/s";
        if (total == 0 || done == 0 || done >= total) {
            return states;
        }
        long left = Math.round(seconds / done * (total - done));
        return states + String.format(Locale.ROOT, ", %d:%02d left", left / 60, left % 60);
    }

    private static String bar(long done, long total) {
        if (total == 0) {
            return "";
        }
        int full = (int) Math.min(WIDTH, WIDTH * done / total);
        return "[" + "#".repeat(full) + ".".repeat(WIDTH - full) + "] ";
    }

    @Override
    public void close() {
        timer.shutdownNow();
        if (terminal.interactive()) {
            show();
            terminal.err().println();
        }
    }
}
