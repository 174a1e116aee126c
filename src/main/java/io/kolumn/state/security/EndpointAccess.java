package io.kolumn.state.security;

import io.kolumn.state.http.ErrorFormat;
import io.kolumn.state.server.ServiceConfig;
import io.kolumn.state.server.ServiceConfig.Page;
import jakarta.inject.Singleton;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is open to whom, by paths. A path that is not named here takes an identity. */
@Singleton
final class EndpointAccess {

    /** A client sends whatever token it has, also a wrong one, and takes a 401 for the end. */
    private static final String DISCOVERY = "/.well-known/terraform.json";

    /** Only the headers of its answer count. */
    private static final Pattern PING = Pattern.compile("/api/v2(/p/[^/]+)?/ping");

    /** The style sheet and the scripts of the pages, which hold nothing of anybody. */
    private static final String ASSETS = ErrorFormat.PAGES_ROOT + "/assets";

    private final boolean pages;
    private final Page metrics;
    private final Page openApi;

    EndpointAccess(ServiceConfig config) {
        this.pages = config.pages();
        this.metrics = config.metricsPage();
        this.openApi = config.openApiPage();
    }

    /** @param path normalized, as the router will see it */
    Page of(@Nullable String path) {
        if (within(path, "/q/health")
                || DISCOVERY.equals(path)
                || (path != null && PING.matcher(path).matches())) {
            return Page.OPEN;
        }
        if (within(path, ErrorFormat.PAGES_ROOT) && !pages) {
            return Page.OFF;
        }
        if (TokensPage.PATH.equals(path) || SignInPath.begins(path) || within(path, ASSETS)) {
            return Page.OPEN;
        }
        if (within(path, "/q/metrics")) {
            return metrics;
        }
        if (within(path, "/q/openapi") || within(path, "/q/swagger-ui")) {
            return openApi;
        }
        return Page.AUTHENTICATED;
    }

    /** Those are for proven identities, whatever the policy gives to others. */
    boolean ofTheService(@Nullable String path) {
        return within(path, "/q");
    }

    /**
     * A probe asks by the address of a container or by no name at all, and what it is told everybody may know: there is
     * nothing in it that a web page could take away.
     */
    boolean ofAnyHost(@Nullable String path) {
        return within(path, "/q/health");
    }

    private static boolean within(@Nullable String path, String page) {
        return path != null && (path.equals(page) || path.startsWith(page + "/"));
    }
}
