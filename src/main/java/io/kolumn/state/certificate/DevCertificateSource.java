package io.kolumn.state.certificate;

import io.kolumn.state.config.EarlyConfig;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Has the service use the certificate of {@code serve --dev-cert} for TLS. Without that option it says nothing. */
public final class DevCertificateSource implements ConfigSourceFactory {

    /** The system property with the folder of the certificate, which the option sets. */
    public static final String FOLDER = "kolumn-state.dev-cert";

    /** What names a certificate in another way, in any spelling. */
    private static final List<String> OTHERS =
            List.of("quarkus.tls.key.store.", "quarkus.http.tls.configuration.name", "quarkus.http.ssl.certificate.");

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue folder = context.getValue(FOLDER);
        if (folder == null || folder.getValue() == null || folder.getValue().isBlank()) {
            return List.of();
        }
        other(context).ifPresent(name -> {
            throw new ConfigurationException("--dev-cert cannot be combined with " + name
                    + ", which configures another certificate. Remove one of them.");
        });
        DevCertificate certificate = new DevCertificate(Path.of(folder.getValue()));
        return EarlyConfig.source(
                "dev-cert",
                Map.of(
                        "quarkus.tls.key-store.pem.0.cert",
                        certificate.certificate().toString(),
                        "quarkus.tls.key-store.pem.0.key",
                        certificate.key().toString()));
    }

    private static Optional<String> other(ConfigSourceContext context) {
        for (Iterator<String> names = context.iterateNames(); names.hasNext(); ) {
            String name = names.next();
            String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", ".") + ".";
            ConfigValue value = context.getValue(name);
            if (OTHERS.stream().anyMatch(plain::startsWith)
                    && value != null
                    && value.getValue() != null
                    && !value.getValue().isBlank()
                    && value.getConfigSourceOrdinal() > 0) { // below are defaults
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }
}
