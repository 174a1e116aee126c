package io.kolumn.state.security;

import io.kolumn.state.server.ServiceConfig;
import io.kolumn.state.server.ServiceConfig.Certificates;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

/**
 * Has TLS ask for client certificates where the service takes them for a proof; Quarkus's own setting for that is fixed
 * when the service is built.
 */
@Singleton
final class ClientCertificates implements HttpServerOptionsCustomizer {

    private final Instance<ServiceConfig> config;

    ClientCertificates(Instance<ServiceConfig> config) {
        this.config = config;
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        Certificates wanted = config.get().certificates();
        if (wanted == Certificates.OFF) {
            return;
        }
        if (options.getTrustOptions() == null) {
            throw new ConfigurationException(
                    "kolumn.state.access.certificates requires a quarkus.tls.trust-store. Without one, a certificate"
                            + " of any public authority would authenticate its holder.");
        }
        options.setClientAuth(wanted == Certificates.REQUIRED ? ClientAuth.REQUIRED : ClientAuth.REQUEST);
    }
}
