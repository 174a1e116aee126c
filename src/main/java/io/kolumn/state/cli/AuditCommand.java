package io.kolumn.state.cli;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.audit.AuditTrails;
import io.kolumn.state.audit.AuditTrails.Verified;
import io.kolumn.state.config.IoFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code audit}: the trail of changes and refusals. */
@Command(
        name = "audit",
        description = "The audit trail that the service writes (kolumn.state.audit.file).",
        footer = "  kolumn-state audit verify audit.jsonl",
        subcommands = AuditCommand.VerifyTrail.class)
final class AuditCommand {

    @ParentCommand
    private KolumnStateCommand program;

    /** {@code audit verify}: says whether anybody changed it. */
    @Command(
            name = "verify",
            description = {
                "Verify that no line was altered, removed, moved or inserted in any file of the trail.",
                "Keep the number and hash of the last line elsewhere. With --last, a truncated end is found too."
            },
            footer = "  kolumn-state audit verify /var/log/kolumn/audit.jsonl")
    static final class VerifyTrail implements Callable<Integer> {

        @ParentCommand
        private AuditCommand parent;

        @Parameters(paramLabel = "FILE", description = "The newest file. Older ones are found in the same folder.")
        private Path file;

        @Option(
                names = "--last",
                paramLabel = "NUMBER:HASH",
                description = "Number and hash of a line that must exist.")
        private @Nullable String last;

        @Mixin
        private OutputOption format;

        @Override
        public Integer call() {
            Verified verified = verified();
            Output output = format.to(parent.program.terminal());
            if (output.json()) {
                output.json(json(verified));
                return verified.intact() ? ExitCode.OK : ExitCode.DIFFERENT;
            }
            verified.problems().forEach(output::line);
            output.line(verified.records() + " lines, number " + verified.first() + " to " + verified.last()
                    + (verified.torn() == 0 ? "" : ", " + verified.torn() + " unfinished since the service was killed")
                    + "; "
                    + (verified.intact() ? "ok" : verified.problems().size() + " problems"));
            output.line("Last: " + verified.last() + ":" + verified.hash());
            return verified.intact() ? ExitCode.OK : ExitCode.DIFFERENT;
        }

        private static Map<String, Object> json(Verified verified) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("intact", verified.intact());
            json.put("lines", verified.records());
            json.put("first", verified.first());
            json.put("last", verified.last());
            json.put("hash", verified.hash());
            json.put("unfinished", verified.torn());
            json.put("problems", verified.problems());
            return json;
        }

        private Verified verified() {
            try {
                if (last == null) {
                    return AuditTrails.verify(file);
                }
                if (!last.matches("\\d{1,18}:[0-9a-fA-F]{64}")) {
                    throw new Invalid("--last=" + last + " is not NUMBER:HASH.");
                }
                int colon = last.indexOf(':');
                return AuditTrails.verify(file, Long.parseLong(last.substring(0, colon)), last.substring(colon + 1));
            } catch (IOException e) {
                throw new StateCommand.Failure("The trail cannot be read: " + IoFault.text(e) + ".");
            }
        }
    }
}
