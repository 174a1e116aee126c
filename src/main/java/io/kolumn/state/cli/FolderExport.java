package io.kolumn.state.cli;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.config.IoFault;
import io.kolumn.state.transfer.Outcome;
import io.kolumn.state.transfer.Report;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Current documents in a folder, where Terraform's {@code local} backend has those of its workspaces: {@code
 * terraform.tfstate.d/<workspace>/terraform.tfstate}, and {@code terraform.tfstate} for the workspace {@code default}.
 */
final class FolderExport {

    private static final String FILE = "terraform.tfstate";
    private static final String FOLDER = "terraform.tfstate.d";
    private static final String DEFAULT = "default";

    private final States states;
    private final Path root;
    private final String prefix;
    private final boolean overwrite;
    private final Report report;

    /** The files of this run with their states: on some disks two names are one file. */
    private final Map<Path, StateName> written = new HashMap<>();

    /** @param overwrite whether files with another content are replaced */
    FolderExport(States states, Path root, String prefix, boolean overwrite, Report report) {
        this.states = states;
        this.root = root;
        this.prefix = prefix;
        this.overwrite = overwrite;
        this.report = report;
    }

    /** The workspace of a state: the rest of its name, with {@code ~} for a slash. */
    static String workspace(String prefix, StateName name) {
        String rest = name.value().substring(prefix.length());
        rest = rest.startsWith("/") ? rest.substring(1) : rest;
        return rest.isEmpty() ? DEFAULT : rest.replace('/', '~');
    }

    /** Writes each state in turn; what came of each is in the report. */
    void run(BooleanSupplier interrupted) {
        StateName last = null;
        HeadPage page;
        do {
            page = states.list(new ListQuery(prefix, last, ListQuery.MAX_LIMIT, false, false));
            for (StateHead head : page.heads()) {
                if (interrupted.getAsBoolean()) {
                    report.stop("Interrupted. Run it again to continue.");
                    return;
                }
                report.add(head.name(), outcome(head.name()));
                last = head.name();
            }
        } while (page.more());
    }

    private Outcome outcome(StateName name) {
        try {
            return states.get(name)
                    .map(VersionedDocument::document)
                    .map(document -> write(name, document))
                    .orElseGet(() -> Outcome.skipped("It was deleted meanwhile."));
        } catch (StateException e) {
            return Outcome.failed(e);
        }
    }

    private Path file(StateName name) {
        String workspace = workspace(prefix, name);
        return workspace.equals(DEFAULT)
                ? root.resolve(FILE)
                : root.resolve(FOLDER).resolve(workspace).resolve(FILE);
    }

    private Outcome write(StateName name, StateDocument document) {
        Path file = file(name);
        try {
            boolean there = Files.exists(file);
            if (there) {
                refuseTwice(name, file);
                if (holds(file, document)) {
                    written.put(file.toRealPath(), name);
                    return Outcome.present();
                }
                if (!overwrite) {
                    throw new Conflict(
                            name,
                            Conflict.Reason.DIFFERS,
                            null,
                            file + " exists and has another content. Nothing was changed. Remove it, or use"
                                    + " --overwrite.");
                }
            }
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (StagedFile staged = StagedFile.of(file)) {
                OutputStream out = staged.out();
                try (InputStream in = document.open()) {
                    in.transferTo(out);
                }
                staged.put();
            }
            written.put(file.toRealPath(), name);
        } catch (StateCommand.Failure e) {
            throw new Invalid(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new Unavailable(file + " cannot be written: " + IoFault.text(e) + ".", e);
        }
        report.moved(document.size());
        return new Outcome(Outcome.Kind.BROUGHT, 1, 0, "", null);
    }

    private void refuseTwice(StateName name, Path file) throws IOException {
        StateName other = written.get(file.toRealPath());
        if (other != null) {
            throw new Invalid(
                    file + " already has the state '" + other + "', whose workspace has the same name as that of '"
                            + name + "'. Export one of them with another --prefix.");
        }
    }

    private static boolean holds(Path file, StateDocument document) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) != document.size()) {
            return false;
        }
        try (InputStream here = Files.newInputStream(file);
                InputStream there = document.open()) {
            byte[] ours = new byte[64 * 1024];
            for (int read = here.readNBytes(ours, 0, ours.length);
                    read > 0;
                    read = here.readNBytes(ours, 0, ours.length)) {
                if (!Arrays.equals(ours, 0, read, there.readNBytes(read), 0, read)) {
                    return false;
                }
            }
            return true;
        }
    }
}
