package io.kolumn.state.http;

import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import java.net.URI;

/** A version of HTTP, and how a client comes to speak it. */
enum Transport {
    HTTP_1(HttpVersion.HTTP_1_1, false),
    HTTP_1_TLS(HttpVersion.HTTP_1_1, true),
    HTTP_2_TLS(HttpVersion.HTTP_2, true),
    H2C(HttpVersion.HTTP_2, false),
    H2C_UPGRADE(HttpVersion.HTTP_2, false);

    private final HttpVersion version;
    private final boolean tls;

    Transport(HttpVersion version, boolean tls) {
        this.version = version;
        this.tls = tls;
    }

    HttpVersion version() {
        return version;
    }

    URI server(URI plain, URI encrypted) {
        return tls ? encrypted : plain;
    }

    HttpClientOptions options(URI plain, URI encrypted) {
        return new HttpClientOptions()
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(server(plain, encrypted).getPort())
                .setProtocolVersion(version)
                .setSsl(tls)
                .setUseAlpn(tls)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setDecompressionSupported(false)
                .setHttp2ClearTextUpgrade(this == H2C_UPGRADE);
    }
}
