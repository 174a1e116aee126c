package io.kolumn.state.cli;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.Precondition;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.backend.WriteResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code put}: writes a document by the same rules as everybody. */
@Command(
        name = "put",
        description = {
            "Write a document as the new current version.",
            "Lock, serial and lineage are checked. Writing the same bytes again changes nothing."
        },
        footer = {
            "  kolumn-state put team-a/network/prod prod.tfstate",
            "  terraform show -json | kolumn-state put team-a/plan - --if-absent"
        })
final class PutCommand extends StateCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "The state.")
    private String name;

    @Parameters(index = "1", paramLabel = "FILE", description = "File with the document. - is standard input.")
    private String file;

    @Nullable
    @Option(names = "--lock", paramLabel = "ID", description = "Id of your lock.")
    private String lock;

    @Option(names = "--force", description = "Skip only the checks of serial and lineage.")
    private boolean force;

    /** One of them. */
    static final class Condition {
        @Nullable
        @Option(names = "--if-version", paramLabel = "N", description = "Only if this version is current.")
        private Long version;

        @Option(names = "--if-absent", description = "Only if the state does not exist.")
        private boolean absent;
    }

    @Nullable
    @ArgGroup
    private Condition condition;

    @Override
    int run(Connection connected) throws IOException {
        StateName state = StateName.of(name);
        StateDocument document;
        if (file.equals("-")) {
            document = StateDocument.read(terminal().in(), -1, Long.MAX_VALUE);
        } else {
            Path path = Path.of(file);
            if (!Files.isRegularFile(path)) {
                throw new Failure("There is no file " + path + ".");
            }
            try (InputStream in = Files.newInputStream(path)) {
                document = StateDocument.read(in, Files.size(path), Long.MAX_VALUE);
            }
        }
        WriteResult written = connected.states().put(state, document, options());
        if (output().json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("name", state.value());
            json.put("created", written.created());
            json.put("changed", written.changed());
            json.put("current", Output.json(written.version()));
            output().json(json);
        } else {
            output().line((written.changed() ? "Written: " : "Unchanged: ") + state + " version "
                    + written.version().number());
        }
        return ExitCode.OK;
    }

    private WriteOptions options() {
        WriteOptions options = WriteOptions.by(who()).withLock(lock);
        if (force) {
            options = options.forced();
        }
        if (condition == null) {
            return options;
        }
        return condition.absent || condition.version == null
                ? options.when(Precondition.absent())
                : options.when(Precondition.is(versionNumber(condition.version)));
    }
}
