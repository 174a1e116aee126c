package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.store.memory.MemoryStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The reference in docs/cli.md is what the commands say of themselves. */
class CommandLineReferenceTest {

    private static final Path PAGE = Path.of("docs/cli.md");
    private static final String BEGIN = "<!-- reference:begin -->\n";
    private static final String END = "<!-- reference:end -->\n";

    @Test
    void everyHelpIsInThePage() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        assertThat(end).isGreaterThanOrEqualTo(begin);
        if (Boolean.getBoolean("reference.update")) {
            page = page.substring(0, begin) + reference() + page.substring(end);
            Files.writeString(PAGE, page);
            end = page.indexOf(END);
        }
        assertThat(page.substring(begin, end)).isEqualTo(reference());
    }

    private static String reference() {
        TestRunner program =
                new TestRunner(new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults()));
        Terminal terminal = new Terminal(
                InputStream.nullInputStream(),
                OutputStream.nullOutputStream(),
                new PrintWriter(new StringWriter()),
                false,
                Map.of());
        StringBuilder text = new StringBuilder();
        for (CommandLine verb : new CommandRunner(terminal, Application.NONE)
                .line().getSubcommands().values().stream().distinct().toList()) {
            String name = verb.getCommandName();
            String help = program.run(name, "--help").out();
            String bare = help.substring(0, help.indexOf("\nExit codes:")) + help.substring(help.indexOf("\nExample:"));
            text.append("\n### ")
                    .append(name)
                    .append("\n\n```\n")
                    .append(bare.strip())
                    .append("\n```\n");
        }
        return text.append('\n').toString();
    }
}
