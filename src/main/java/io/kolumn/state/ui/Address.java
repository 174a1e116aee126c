package io.kolumn.state.ui;

import io.kolumn.state.server.ServiceConfig;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.regex.Pattern;

/** By which address the service was asked, for what people copy into a configuration. */
@Singleton
final class Address {

    /** Nothing else of what a client asks for gets into a page. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9A-Fa-f:.]{2,45}]");

    private static final int HTTPS = 443;

    private final CurrentVertxRequest requests;
    private final Optional<String> configured;

    Address(CurrentVertxRequest requests, ServiceConfig config) {
        this.requests = requests;
        this.configured = config.publicUrl();
    }

    /**
     * Returns the configured address, or else the one that was asked for, such as {@code http://localhost:8080}. Other
     * machines are asked by https: a proxy has it.
     */
    String ofService() {
        return configured.orElseGet(() -> (secure() || !local() ? "https://" : "http://") + asked());
    }

    /** Returns host and port of it. */
    String host() {
        return configured.map(url -> url.substring(url.indexOf("://") + 3)).orElseGet(this::asked);
    }

    private String asked() {
        HostAndPort asked = request().authority();
        if (asked == null || !HOST.matcher(asked.host()).matches()) {
            return "HOST";
        }
        return asked.port() > 0 && asked.port() != HTTPS ? asked.host() + ":" + asked.port() : asked.host();
    }

    /** Returns whether browsers come by TLS, as far as the configuration or a proxy in front says so. */
    boolean secure() {
        if (configured.isPresent()) {
            return configured.get().startsWith("https:");
        }
        HttpServerRequest request = request();
        return request.isSSL() || "https".equals(request.getHeader("X-Forwarded-Proto"));
    }

    private boolean local() {
        String host = asked();
        return host.startsWith("localhost") || host.startsWith("127.") || host.startsWith("[::1]");
    }

    private HttpServerRequest request() {
        return requests.getCurrent().request();
    }
}
