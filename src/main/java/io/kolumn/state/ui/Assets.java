package io.kolumn.state.ui;

import io.kolumn.state.http.ErrorFormat;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code /ui/assets}: the style sheet, the scripts and the icon of the pages, out of the package. Each is read with the
 * first request for it. A page names it with its hash, so a browser keeps it and asks no more.
 */
@Singleton
final class Assets {

    private static final String ROOT = ErrorFormat.PAGES_ROOT + "/assets/";

    private static final Map<String, String> TYPES = Map.of(
            "pages.css", "text/css;charset=UTF-8",
            "pages.js", "text/javascript;charset=UTF-8",
            "htmx.min.js", "text/javascript;charset=UTF-8",
            "icon.svg", "image/svg+xml");

    private record Asset(Buffer content, String hash) {}

    private final Map<String, Asset> read = new ConcurrentHashMap<>();

    void register(@Observes Router router) {
        router.route(ROOT + ":name").handler(this::answer);
    }

    /** Returns the address of an asset with the hash of its content. */
    String address(String name) {
        Asset asset = read.computeIfAbsent(name, Assets::load);
        return ROOT + name + "?v=" + asset.hash();
    }

    private void answer(RoutingContext context) {
        HttpMethod method = context.request().method();
        String name = context.pathParam("name");
        String type = TYPES.get(name);
        if (type == null || !(method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD))) {
            context.next();
            return;
        }
        Asset asset = read.computeIfAbsent(name, Assets::load);
        boolean known = asset.hash().equals(asked(context));
        context.response()
                .putHeader("Content-Type", type)
                .putHeader("Cache-Control", known ? "public, max-age=31536000, immutable" : "no-cache")
                .end(asset.content());
    }

    private static @Nullable String asked(RoutingContext context) {
        return context.request().getParam("v");
    }

    private static Asset load(String name) {
        try (InputStream in = Assets.class.getResourceAsStream("/pages/" + name)) {
            if (in == null) {
                throw new IllegalStateException("The package has no " + name);
            }
            byte[] content = in.readAllBytes();
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            return new Asset(Buffer.buffer(content), HexFormat.of().formatHex(hash, 0, 8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
