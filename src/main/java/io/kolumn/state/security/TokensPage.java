package io.kolumn.state.security;

import io.kolumn.state.server.ServiceConfig;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * {@code /app/settings/tokens}: the page that {@code terraform login} names. It says how to get a token. Everyone may
 * read it: it holds nothing of a caller, and nothing secret. Where there are pages it looks like one of them; else it has
 * no script and nothing from elsewhere.
 */
@Singleton
final class TokensPage {

    /** Fixed by the client. */
    static final String PATH = "/app/settings/tokens";

    /** Nothing else of what a client asks for goes into the page. */
    private static final String HOST = "[A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9A-Fa-f:.]{2,45}]";

    private static final String STYLE = """

            :root { color-scheme: light dark; }
            body { font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 0 auto; padding: 1rem; }
            h1 { font-size: 1.5rem; line-height: 1.25; }
            h2 { font-size: 1.15rem; margin-top: 2rem; }
            code { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
            pre { white-space: pre-wrap; padding: .75rem; border-radius: .4rem; border: 1px solid; }
            @supports (color: color-mix(in srgb, red 50%, blue)) {
              pre { border-color: color-mix(in srgb, currentcolor 25%, transparent);
                background: color-mix(in srgb, currentcolor 6%, transparent); }
            }
            @media (min-width: 32rem) { p code { white-space: nowrap; } }
            """;

    /** Made with the first request: no start waits for it. */
    private static final class Policy {
        private static final String TEXT = "default-src 'none'; style-src 'sha256-" + sha256(STYLE)
                + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    private static final String TITLE = "A token for terraform login";

    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>Tokens - Kolumn State</title>
            <style>{style}</style>
            </head>
            <body>
            <main>
            <h1>{title}</h1>
            {text}</main>
            </body>
            </html>
            """;

    private static final String OPEN = """
            <p>This service accepts every caller and needs no token. Paste any text where the client asks for one.</p>
            """;

    private static final String OWN = """
            <p>The client asks for a token. Create one, and paste it there.</p>
            <h2>With your password</h2>
            <pre><code>curl -u NAME https://{host}/v1/tokens \\
              -H 'Content-Type: application/json' \\
              -d '{"name": "laptop", "expires": "30d"}'</code></pre>
            <p>The answer has it as <code>token</code>.</p>
            <h2>With a JWT of your issuer</h2>
            <pre><code>kolumn-state tokens create --name laptop \\
              --server https://{host} --token-file jwt.txt</code></pre>
            <p>A token is shown once. It lasts {life} at most, and has your permissions.
            <code>kolumn-state tokens list</code> and <code>tokens revoke</code> show and end your tokens.
            After an error 403, ask an administrator to list you in
            <code>kolumn.state.access.personal-tokens</code>.</p>
            """;

    private static final String ASK = """
            <p>The client asks for a token. Ask an administrator of this service for one, and paste it there.</p>
            <h2>For the administrator</h2>
            <p>Create a token, and add the printed line to the configuration:</p>
            <pre><code>kolumn-state token create --name NAME</code></pre>
            <p>People can create tokens themselves where <code>kolumn.state.access.personal-tokens</code> lists them.</p>
            """;

    private static final String CI = """
            <h2>In CI</h2>
            <p>A JWT of a configured issuer is a token itself, as are tokens of the configuration. No login is needed:</p>
            <pre><code>{variable}</code></pre>
            """;

    private static final int HTTPS = 443;

    private static final String METHODS = "GET, HEAD";

    /** Read with the first request: where nothing listens, nobody minds what is wrong with it. */
    private final Instance<ServiceConfig> config;

    private final Instance<PageFrame> frame;

    TokensPage(Instance<ServiceConfig> config, Instance<PageFrame> frame) {
        this.config = config;
        this.frame = frame;
    }

    void register(@Observes Router router) {
        router.route(PATH).handler(this::answer);
    }

    private void answer(RoutingContext context) {
        HttpMethod method = context.request().method();
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            context.response().setStatusCode(405).putHeader("Allow", METHODS).end();
            return;
        }
        String content = content(host(context.request()));
        PageFrame.Framed page = config.get().pages()
                ? frame.get().around(TITLE, content, config.get().authenticates())
                : plain(content);
        context.response()
                .putHeader("Content-Type", "text/html;charset=UTF-8")
                .putHeader("Content-Security-Policy", page.policy())
                .end(page.html());
    }

    private static PageFrame.Framed plain(String content) {
        String page = PAGE.replace("{style}", STYLE).replace("{title}", TITLE).replace("{text}", content);
        return new PageFrame.Framed(page, Policy.TEXT);
    }

    private String content(Optional<HostAndPort> asked) {
        String host = asked.map(HostAndPort::host).orElse("HOST");
        int port = asked.map(HostAndPort::port).filter(given -> given > 0).orElse(HTTPS);
        String variable = variable(host);
        return text().replace("{host}", port == HTTPS ? host : host + ":" + port)
                .replace("{variable}", port == HTTPS ? export(variable) : withPort(variable, port))
                .replace("{life}", inWords(config.get().personalTokensMaxAge()));
    }

    private String text() {
        if (!config.get().authenticates()) {
            return OPEN;
        }
        return (config.get().personalTokens().isEmpty() ? ASK : OWN) + CI;
    }

    /** The host that was asked for; empty if it could not be a part of the page. */
    private static Optional<HostAndPort> host(HttpServerRequest request) {
        return Optional.ofNullable(Hosts.asked(request))
                .filter(asked -> asked.host().matches(HOST));
    }

    private static String inWords(Duration life) {
        long hours = life.toHours();
        return hours >= 48 ? life.toDays() + " days" : hours >= 2 ? hours + " hours" : life.toMinutes() + " minutes";
    }

    private static String export(String variable) {
        return "export " + variable + "=\"$JWT\"";
    }

    /** No shell has a variable with a colon in its name, but a program can be given one. */
    private static String withPort(String variable, int port) {
        return "env \"" + variable + ":" + port + "=$JWT\" terraform apply";
    }

    /** As the client writes a host into the name of a variable. */
    private static String variable(String host) {
        return "TF_TOKEN_" + host.replaceAll("[\\[\\]:]", "").replace("-", "__").replace('.', '_');
    }

    private static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return Base64.getEncoder().encodeToString(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
