package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.cli.TestRunner.Ended;
import io.kolumn.state.store.memory.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encryption from the command line: keys are made, every storage is worked on with them, and they are changed. */
class KeysCommandTest {

    private static final String SECRET = "the-secret-of-the-document";

    @TempDir
    Path folder;

    private final TestRunner program =
            new TestRunner(new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults()));

    private String[] local(String... command) {
        String path = "path=" + folder.resolve("data/kolumn.klstate");
        return Stream.concat(Stream.of(command), Stream.of("--backend", "local", "--set", path))
                .toArray(String[]::new);
    }

    private String generated(String name) {
        return program.run("keys", "generate", "--name", name).out().strip();
    }

    private TestRunner with(String... keys) {
        return program.encrypted(
                Map.of("encryption.key-provider", "local", "encryption.local.keys", String.join(",", keys)));
    }

    private Path document(String name, int serial) throws IOException {
        return Files.writeString(folder.resolve(name), """
                {"version":4,"serial":%d,"lineage":"cli","resources":[],"outputs":{"a":{"value":"%s"}}}
                """.formatted(serial, SECRET));
    }

    /** Whether any file of the storage has it in the clear. */
    private boolean stored(String text) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
            return files.filter(Files::isRegularFile).anyMatch(file -> {
                try {
                    return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Test
    void aKeyIsALineOfAKeyFile() {
        assertThat(generated("2026-11")).matches("2026-11=[A-Za-z0-9+/]{43}=");
        assertThat(generated("2026-11")).isNotEqualTo(generated("2026-11"));
        assertThat(program.run("keys", "generate").out().strip()).matches("\\d{4}-\\d\\d=[A-Za-z0-9+/]{43}=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a=b", "-a", "a\nb", "#a"})
    void aNameThatAKeyFileCannotHaveIsRefused(String name) {
        Ended ended = program.run("keys", "generate", "--name", name);

        assertThat(ended.code()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("is not a valid key name");
    }

    @Test
    void aStorageThatIsNamedIsWorkedOnWithTheKeysOfTheConfiguration() throws IOException {
        TestRunner keys = with(generated("k1"));
        String file = document("one.tfstate", 1).toString();

        assertThat(keys.run(local("put", "prod", file)).code()).isZero();

        assertThat(stored(SECRET)).isFalse();
        assertThat(keys.run(local("get", "prod")).out()).isEqualTo(Files.readString(Path.of(file)));
        assertThat(keys.run(local("verify")).code()).isZero();
        Ended without = program.run(local("get", "prod"));
        assertThat(without.code()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(without.err()).contains("kolumn.state.encryption");
    }

    @Test
    void whatIsMigratedIsEncryptedAtItsTarget() throws IOException {
        String plain = "path=" + folder.resolve("plain/kolumn.klstate");
        String target = "path=" + folder.resolve("data/kolumn.klstate");
        program.run("put", "prod", document("one.tfstate", 1).toString(), "--backend", "local", "--set", plain);
        program.run("put", "prod", document("two.tfstate", 2).toString(), "--backend", "local", "--set", plain);
        TestRunner keys = with(generated("k1"));

        Ended ended = keys.run("migrate", "--from", "local", "--from-set", plain, "--to", "local", "--to-set", target);

        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.err()).contains("Documents are encrypted");
        assertThat(stored(SECRET)).isFalse();
        assertThat(keys.run(local("get", "prod", "--version", "1")).out()).contains("\"serial\":1");
        assertThat(keys.run(local("get", "prod")).out()).contains("\"serial\":2");
    }

    /** The way back, with keys that only read. */
    @Test
    void whatIsMigratedWithoutEncryptingIsPlainAtItsTarget() throws IOException {
        String key = generated("k1");
        String source = "path=" + folder.resolve("secret/kolumn.klstate");
        String target = "path=" + folder.resolve("data/kolumn.klstate");
        String[] migrate = {"migrate", "--from", "local", "--from-set", source, "--to", "local", "--to-set", target};
        with(key).run("put", "prod", document("one.tfstate", 1).toString(), "--backend", "local", "--set", source);
        assertThat(program.run(migrate).code()).isEqualTo(ExitCode.UNAVAILABLE);

        TestRunner reading = program.encrypted(
                Map.of("encryption.key-provider", "local", "encryption.local.keys", key, "encryption.write", "false"));

        assertThat(reading.run(migrate).code()).isZero();
        assertThat(stored(SECRET)).isTrue();
        assertThat(program.run(local("get", "prod")).out()).contains(SECRET);
    }

    @Test
    void anOlderKeyCanGoWhenTheKeysWereRotated() throws IOException {
        String old = generated("old");
        String fresh = generated("new");
        for (String name : new String[] {"a", "b", "c"}) {
            with(old).run(local("put", name, document(name, 1).toString()));
        }
        assertThat(with(old).run(local("keys", "usage")).out()).isEqualTo("""
                KEY  WRAPS  ACTIVE
                old      3  yes
                """);

        assertThat(with(fresh, old).run(local("keys", "usage")).out()).isEqualTo("""
                KEY  WRAPS  ACTIVE
                new      0  yes
                old      3
                """);
        Ended part = with(fresh, old).run(local("keys", "rotate", "a"));
        assertThat(part.out()).isEqualTo("1 states; wrapped by 'new': 1 keys now, 0 before\n");
        Ended rest = with(fresh, old).run(local("keys", "rewrap"));
        assertThat(rest.out()).isEqualTo("3 states; wrapped by 'new': 2 keys now, 1 before\n");

        assertThat(with(fresh).run(local("keys", "usage", "-o", "json")).out())
                .contains("\"active\" : \"new\"")
                .contains("\"new\" : 3")
                .doesNotContain("old");
        assertThat(with(fresh).run(local("get", "b")).out()).contains(SECRET);
    }

    @Test
    void aKeyThatIsMissingIsSaidOfEachStateAndTheOthersAreWrapped() throws IOException {
        String lost = generated("lost");
        String fresh = generated("new");
        with(lost).run(local("put", "a", document("a", 1).toString()));
        with(fresh).run(local("put", "b", document("b", 1).toString()));

        Ended ended = with(fresh).run(local("keys", "rotate"));

        assertThat(ended.code()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(ended.out()).contains("wrapped by 'lost', which this service does not have", "2 states");
        assertThat(with(fresh).run(local("keys", "rotate", "-o", "json")).out())
                .contains("\"rewrapped\" : 0", "\"current\" : 1", "\"name\" : \"a\"");
    }

    @Test
    void withoutKeysThereIsNothingToRotate() {
        Ended ended = program.run(local("keys", "rotate"));

        assertThat(ended.code()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.err()).endsWith("There are no keys: kolumn.state.encryption.key-provider is not set.\n");
    }

    @Test
    void keysAreNotRotatedOverAService() {
        Ended ended = program.run("keys", "rotate", "--server", "http://127.0.0.1:1");

        assertThat(ended.code()).isEqualTo(ExitCode.USAGE);
        assertThat(ended.err()).contains("without --server");
    }
}
