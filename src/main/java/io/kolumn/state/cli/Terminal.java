package io.kolumn.state.cli;

import java.io.Console;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a command reads and writes.
 *
 * @param in standard input
 * @param out standard output: what was asked for, and nothing else
 * @param err standard error: what went wrong, and how far it is
 * @param interactive whether a person looks at it, so that a line may be written over
 * @param environment what is set there
 */
record Terminal(
        InputStream in, OutputStream out, PrintWriter err, boolean interactive, Map<String, String> environment) {

    static Terminal standard() {
        return new Terminal(
                System.in, new PrintStream(System.out), writer(System.err), interactiveConsole(), System.getenv());
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
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
