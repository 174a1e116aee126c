package io.kolumn.state.http;

import io.kolumn.state.server.ServiceConfig;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

/**
 * Switches off HTTP/2 without TLS where others than this machine's programs could speak it, unless that is asked for. Quarkus's
 * own setting would switch it off over TLS too.
 */
@Singleton
final class ClearTextHttp2 implements HttpServerOptionsCustomizer {

    private final Instance<ServiceConfig> config;

    ClearTextHttp2(Instance<ServiceConfig> config) {
        this.config = config;
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        limit(options, options.getHost(), config.get());
    }

    @Override
    public void customizeDomainSocketServer(HttpServerOptions options) {
        limit(options, "localhost", config.get());
    }

    static void limit(HttpServerOptions options, String host, ServiceConfig config) {
        if (!config.clearTextHttp2(host)) {
            options.setHttp2ClearTextEnabled(false);
        }
    }
}
