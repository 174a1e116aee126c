package io.kolumn.state.events;

import static io.kolumn.state.config.ConfigKey.Type.BOOLEAN;
import static io.kolumn.state.config.ConfigKey.Type.DURATION;
import static io.kolumn.state.config.ConfigKey.Type.PATH;
import static io.kolumn.state.config.ConfigKey.Type.TEXT;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.NamedEntry;
import io.kolumn.state.config.NamedTable;
import io.kolumn.state.config.TrustedCertificates;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of webhooks, {@code kolumn.state.webhooks.<name>.*}, and webhooks out of their values. */
public final class WebhookKeys {

    public static final NamedTable TABLE = new NamedTable(
            "webhooks",
            List.of(
                    ConfigKey.of("url", TEXT, "URL to which events are posted. Its user and query are not logged.")
                            .mandatory(),
                    ConfigKey.of(
                                    "secret",
                                    TEXT,
                                    "Secret of the signatures: whsec_ with base64, or at least 24 other characters.")
                            .confidential(),
                    ConfigKey.of("secret_file", PATH, "File with the secret instead, such as a mounted secret."),
                    ConfigKey.of(
                                    "events",
                                    TEXT,
                                    "Types of events, separated by commas, such as version.written, lock*.")
                            .withDefault("*"),
                    ConfigKey.of("prefix", TEXT, "Only events of states whose names begin so."),
                    ConfigKey.of("timeout", DURATION, "How long one attempt may take.")
                            .withDefault("10s")
                            .atLeast(100),
                    ConfigKey.integer("attempts", 1, 50, "How often an event is tried before it is given up.")
                            .withDefault("8"),
                    ConfigKey.integer("queue", 1, 100_000, "How many events wait at most. Further ones are given up.")
                            .withDefault("1000"),
                    ConfigKey.of("ca_file", PATH, "Trusted CA certificates (PEM) for connections to the receiver."),
                    ConfigKey.of("plain_http", BOOLEAN, "Whether http:// is permitted to hosts other than loopback.")
                            .withDefault("false")),
            "");

    private WebhookKeys() {}

    /**
     * Returns the webhooks.
     *
     * @param properties whole names and their values; others are not looked at
     * @param problems gets what is wrong
     */
    public static List<Webhook> read(Map<String, String> properties, List<Configuration.Problem> problems) {
        List<Webhook> webhooks = new ArrayList<>();
        int before = problems.size();
        Map<String, NamedEntry> entries = TABLE.check(properties, problems);
        if (problems.size() > before) {
            return webhooks;
        }
        entries.values().forEach(entry -> {
            Webhook webhook = webhook(entry, problems);
            if (webhook != null) {
                webhooks.add(webhook);
            }
        });
        return webhooks;
    }

    private static @Nullable Webhook webhook(NamedEntry entry, List<Configuration.Problem> problems) {
        int before = problems.size();
        String url = entry.values().text("url").orElse("");
        String wrong = WebhookUrls.problem(url, entry.values().flag("plain_http"));
        if (wrong != null) {
            problems.add(entry.problem("url", null, wrong));
        }
        WebhookKey key = key(entry, problems);
        EventFilter filter = filter(entry, problems);
        Path ca = entry.values().path("ca_file").orElse(null);
        if (ca != null) {
            try {
                TrustedCertificates.context(ca);
            } catch (IOException | GeneralSecurityException e) {
                problems.add(entry.problem("ca_file", ca.toString(), "cannot be read as certificates in PEM"));
            }
        }
        if (problems.size() > before || key == null) {
            return null;
        }
        return new Webhook(
                entry.name(),
                URI.create(url),
                key,
                filter,
                entry.values().duration("timeout").orElseThrow(),
                (int) entry.values().number("attempts"),
                (int) entry.values().number("queue"),
                ca);
    }

    private static EventFilter filter(NamedEntry entry, List<Configuration.Problem> problems) {
        String types = entry.values().text("events").orElse("");
        try {
            return EventFilter.parse(entry.values().text("prefix").orElse(""), types);
        } catch (Invalid e) {
            problems.add(entry.problem("events", types, "is wrong: " + e.getMessage()));
            return EventFilter.ALL;
        }
    }

    private static @Nullable WebhookKey key(NamedEntry entry, List<Configuration.Problem> problems) {
        String secret = entry.values().text("secret").orElse(null);
        Path file = entry.values().path("secret_file").orElse(null);
        if ((secret == null) == (file == null)) {
            problems.add(entry.problem(
                    "secret",
                    null,
                    secret == null
                            ? "is missing, and so is secret-file. Make one with: echo \"whsec_$(openssl rand -base64 32)\""
                            : "is given, and so is secret-file. Give one of them"));
            return null;
        }
        String key = secret == null ? "secret_file" : "secret";
        try {
            return WebhookKey.parse(secret == null ? Files.readString(file).strip() : secret);
        } catch (IOException e) {
            problems.add(entry.problem(key, String.valueOf(file), "cannot be read"));
        } catch (IllegalArgumentException e) {
            problems.add(entry.problem(key, null, String.valueOf(e.getMessage())));
        }
        return null;
    }
}
