package io.kolumn.state.events;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where events are posted to.
 *
 * @param name in the configuration
 * @param url of the receiver; its user and query may be secret
 * @param key of the signatures; empty for none
 * @param filter which events are posted
 * @param timeout of one attempt
 * @param attempts how often an event is tried at most
 * @param queue how many events wait at most
 * @param caFile certificates that the receiver's own must come from; null for those of the JDK
 */
public record Webhook(
        String name,
        URI url,
        WebhookKey key,
        EventFilter filter,
        Duration timeout,
        int attempts,
        int queue,
        @Nullable Path caFile) {

    /** Scheme, host and port, which are no secret. */
    String receiver() {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }

    /** Without the secret parts of the URL. */
    @Override
    public String toString() {
        return name + " (" + receiver() + ")";
    }
}
