package io.kolumn.state.cli;

import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.encryption.KeyProvider;
import io.kolumn.state.encryption.KeyRotation;
import io.kolumn.state.encryption.keys.EncryptionConfig;
import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code keys}: those that documents are encrypted with before a storage gets them. */
@Command(
        name = "keys",
        description = "Keys of encryption at rest (kolumn.state.encryption.key-provider).",
        footer = "  kolumn-state keys usage",
        subcommands = {KeysCommand.Generate.class, KeysCommand.Usage.class, KeysCommand.Rotate.class})
final class KeysCommand {

    @ParentCommand
    private KolumnStateCommand program;

    /** {@code keys generate}: a line for a key file. */
    @Command(
            name = "generate",
            description = {
                "Create a key of 256 random bits for kolumn.state.encryption.local.file. It is printed as a line"
                        + " of that file and stored nowhere.",
                "The first key of the file encrypts, all keys decrypt. Append a new key, and move it to the top"
                        + " when every replica has read it."
            },
            footer = "  (umask 077; kolumn-state keys generate --name 2026-11 > state-keys)")
    static final class Generate implements Runnable {

        @ParentCommand
        private KeysCommand parent;

        @Nullable
        @Option(names = "--name", paramLabel = "NAME", description = "Name of the key. Default: year and month.")
        private String name;

        @Mixin
        private OutputOption format;

        @Override
        public void run() {
            String named = name == null ? YearMonth.now(ZoneOffset.UTC).toString() : name;
            Output output = format.to(parent.program.terminal());
            String line = EncryptionConfig.newLocalKey(named);
            if (output.json()) {
                output.json(Map.of("name", named, "line", line));
            } else {
                output.line(line);
            }
        }
    }

    /** What both verbs on a storage share: its prefix and the keys of the configuration. */
    abstract static class OnStates extends StateCommand {

        @Parameters(
                paramLabel = "PREFIX",
                arity = "0..1",
                defaultValue = "",
                description = "Only names with this prefix.")
        private String prefix;

        @Override
        final int run(Connection connected) {
            try (StateStore store = store(connected);
                    KeyProvider keys = application()
                            .encryption()
                            .get()
                            .keys(Clock.systemUTC())
                            .orElseThrow(() -> new Failure(
                                    "There are no keys: kolumn.state.encryption.key-provider is not set."))) {
                requireAny(prefix, store::list);
                return run(new KeyRotation(store, keys, Clock.systemUTC()), keys.active(), prefix);
            }
        }

        abstract int run(KeyRotation rotation, String active, String prefix);
    }

    /** {@code keys usage}: which key can go. */
    @Command(
            name = "usage",
            description =
                    "List the wrapping keys and how many keys of states each one wraps. A key that wraps none can be"
                            + " removed.",
            footer = "  kolumn-state keys usage -o json")
    static final class Usage extends OnStates {

        @Override
        boolean reads() {
            return true;
        }

        @Override
        int run(KeyRotation rotation, String active, String prefix) {
            Map<String, Long> counts = new TreeMap<>(rotation.wrappedBy(prefix));
            counts.putIfAbsent(active, 0L);
            if (output().json()) {
                output().json(Map.of("active", active, "wrapped", counts));
                return ExitCode.OK;
            }
            List<List<String>> rows = new ArrayList<>();
            counts.forEach((key, count) -> rows.add(List.of(key, count.toString(), key.equals(active) ? "yes" : "")));
            output().table(List.of("KEY", "WRAPS>", "ACTIVE"), rows);
            return ExitCode.OK;
        }
    }

    /** {@code keys rotate}: makes older keys of no use. */
    @Command(
            name = "rotate",
            aliases = "rewrap",
            description = {
                "Rewrap the keys of all states with the active key, so that older keys can be removed. No document is read or written.",
                "It can be interrupted at any time and run again, also while the service runs."
            },
            footer = "  kolumn-state keys rotate --backend postgres --set database=states --set username=ada")
    static final class Rotate extends OnStates {

        @Override
        int run(KeyRotation rotation, String active, String prefix) {
            Interruption interruption = application().interruption();
            KeyRotation.Outcome outcome = rotation.run(prefix, interruption::requested);
            if (output().json()) {
                output().json(json(active, outcome));
            } else {
                if (!outcome.failures().isEmpty()) {
                    List<List<String>> rows = new ArrayList<>();
                    new TreeMap<>(outcome.failures()).forEach((name, why) -> rows.add(List.of(name.value(), why)));
                    output().table(List.of("STATE", "PROBLEM"), rows);
                }
                output().line(outcome.states() + " states; wrapped by '" + active + "': " + outcome.rewrapped()
                        + " keys now, " + outcome.current() + " before");
            }
            if (interruption.requested()) {
                terminal().err().println("Interrupted. Run it again to continue.");
                return ExitCode.INTERRUPTED;
            }
            return outcome.failures().isEmpty() ? ExitCode.OK : ExitCode.UNAVAILABLE;
        }

        private static Map<String, Object> json(String active, KeyRotation.Outcome outcome) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("active", active);
            json.put("states", outcome.states());
            json.put("rewrapped", outcome.rewrapped());
            json.put("current", outcome.current());
            List<Map<String, String>> failures = new ArrayList<>();
            for (Map.Entry<StateName, String> failure : new TreeMap<>(outcome.failures()).entrySet()) {
                failures.add(Map.of("name", failure.getKey().value(), "problem", failure.getValue()));
            }
            json.put("failures", failures);
            return json;
        }
    }
}
