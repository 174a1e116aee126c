package io.kolumn.state.cli;

import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.config.ConfiguredSecrets;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.encryption.keys.EncryptionConfig;
import io.kolumn.state.server.ServiceConfig;
import io.kolumn.state.store.postgres.TerraformPgSource;
import io.kolumn.state.store.s3.TerraformS3Source;
import io.kolumn.state.transfer.DocumentSources;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The command line in the JVM of the tests, with what it writes at hand. */
final class TestRunner {

    /**
     * How a command ended.
     *
     * @param code its exit code
     * @param bytes what it wrote to standard output
     * @param err what it wrote to standard error, but for the line that names the storage of the test itself
     */
    record Ended(int code, byte[] bytes, String err) {

        String out() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        /** Without what is another on each run. */
        String shape() {
            return out().replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ", "(time)")
                    .replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "(time)")
                    .replace(StateCommand.who(), "(who)");
        }
    }

    /** A storage that a test has opened itself, which is also the one for reading. */
    private record OfTheTest(StateBackend toChange) implements Served {

        static final String PLACE = "of this test";

        @Override
        public String place() {
            return PLACE;
        }

        @Override
        public boolean lasting() {
            return true;
        }

        @Override
        public boolean is(String type, StoreConfig config) {
            return false;
        }

        @Override
        public StateBackend toRead() {
            return toChange;
        }
    }

    private final Application application;
    private final List<String> always;
    private final Map<String, String> environment = new HashMap<>();
    private byte[] input = {};
    private boolean interactive;

    TestRunner(StateBackend served, String... always) {
        this(
                new Application(
                        BackendFactory.withBuiltIns(),
                        new DocumentSources(List.of(new TerraformPgSource(), new TerraformS3Source())),
                        () -> {
                            throw new IllegalStateException("There is no configuration here");
                        },
                        EncryptionConfig::none,
                        ConfiguredSecrets.none(),
                        new OfTheTest(served),
                        new Interruption()),
                List.of(always));
    }

    private TestRunner(Application application, List<String> always) {
        this.application = application;
        this.always = always;
    }

    /** The same with a configuration of the service. */
    TestRunner configured(Supplier<ServiceConfig> config) {
        return new TestRunner(
                new Application(
                        application.factory(),
                        application.sources(),
                        config,
                        application.encryption(),
                        application.secrets(),
                        application.served(),
                        application.interruption()),
                always);
    }

    /** The same with what a configuration says of encryption. */
    TestRunner encrypted(Map<String, String> config) {
        return new TestRunner(
                new Application(
                        application.factory(),
                        application.sources(),
                        application.config(),
                        () -> EncryptionConfig.of(config),
                        application.secrets(),
                        application.served(),
                        application.interruption()),
                always);
    }

    /** As after Ctrl-C. */
    TestRunner interrupted() {
        application.interruption().request();
        return this;
    }

    TestRunner environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** As where a person looks at it. */
    TestRunner interactive() {
        interactive = true;
        return this;
    }

    TestRunner input(byte[] bytes) {
        input = bytes;
        return this;
    }

    Ended run(String... args) {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        all.addAll(always);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(input), out, new PrintWriter(err, true), interactive, environment);
        int code = new CommandRunner(terminal, application).run(all.toArray(String[]::new));
        String said = err.toString().replace("Storage: " + OfTheTest.PLACE + "\n", "");
        return new Ended(code, out.toByteArray(), said);
    }
}
