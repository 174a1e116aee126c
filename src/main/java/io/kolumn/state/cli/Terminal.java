package io.kolumn.state.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads and writes.
 *
 * @param in standard input
 * @param out standard output: what was asked for, and nothing else
 * @param err standard error: what went wrong, and how far it is
 * @param interactive whether a person looks at it, so that a line may be written over
 */
record Terminal(InputStream in, OutputStream out, PrintWriter err, boolean interactive) {

    static Terminal standard() {
        return new Terminal(System.in, new PrintStream(System.out), writer(System.err), interactiveConsole());
    }

    /** Text in UTF-8 for standard output, to be flushed. */
    PrintWriter text() {
        return writer(out);
    }

    private static PrintWriter writer(OutputStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    /** There is a console only if both input and output are a terminal. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean interactiveConsole() {
        return System.console() != null;
    }
}
