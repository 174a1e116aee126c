package io.kolumn.state.ui;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import jakarta.inject.Singleton;
import java.util.regex.Pattern;

/** By which address the service was asked, for what people copy into a configuration. */
@Singleton
final class Address {

    /** Nothing else of what a client asks for gets into a page. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9A-Fa-f:.]{2,45}]");

    private static final int HTTPS = 443;

    private final CurrentVertxRequest requests;

    Address(CurrentVertxRequest requests) {
        this.requests = requests;
    }

    /** Returns the address such as {@code http://localhost:8080}. Other machines are asked by https: a proxy has it. */
    String ofService() {
        return (secure() || !local() ? "https://" : "http://") + host();
    }

    /** Returns host and port as asked for. */
    String host() {
        HostAndPort asked = request().authority();
        if (asked == null || !HOST.matcher(asked.host()).matches()) {
            return "HOST";
        }
        return asked.port() > 0 && asked.port() != HTTPS ? asked.host() + ":" + asked.port() : asked.host();
    }

    /** Returns whether the browser came by TLS, as far as a proxy in front says so. */
    boolean secure() {
        HttpServerRequest request = request();
        return request.isSSL() || "https".equals(request.getHeader("X-Forwarded-Proto"));
    }

    private boolean local() {
        String host = host();
        return host.startsWith("localhost") || host.startsWith("127.") || host.startsWith("[::1]");
    }

    private HttpServerRequest request() {
        return requests.getCurrent().request();
    }
}
