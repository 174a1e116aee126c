package io.kolumn.state.cli;

import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.config.ConfiguredSecrets;
import io.kolumn.state.encryption.keys.EncryptionConfig;
import io.kolumn.state.server.ServiceConfig;
import io.kolumn.state.transfer.DocumentSources;
import java.util.List;
import java.util.function.Supplier;

/**
 * What commands use of the application that they run in.
 *
 * @param factory the types of storage that there are
 * @param sources the layouts of other tools that documents can be imported from
 * @param config the configuration of the service, read when it is asked for: a command that does not use it does not mind
 *     what is wrong with it
 * @param encryption what the configuration says of encryption: it is that of every storage that a command works on
 * @param secrets what the configuration has of secrets for a storage that a command names
 * @param served the storage that the service would serve
 * @param interruption tells a long command to end
 */
record Application(
        BackendFactory factory,
        DocumentSources sources,
        Supplier<ServiceConfig> config,
        Supplier<EncryptionConfig> encryption,
        ConfiguredSecrets secrets,
        Served served,
        Interruption interruption) {

    /** Where no application was started. */
    static final Application NONE = new Application(
            new BackendFactory(List.of()),
            new DocumentSources(List.of()),
            () -> {
                throw none();
            },
            EncryptionConfig::none,
            ConfiguredSecrets.none(),
            new Served.Configured(
                    () -> {
                        throw none();
                    },
                    () -> {
                        throw none();
                    }),
            new Interruption());

    private static IllegalStateException none() {
        return new IllegalStateException("No application was started");
    }
}
