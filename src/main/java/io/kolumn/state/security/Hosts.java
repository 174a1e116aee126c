package io.kolumn.state.security;

import io.kolumn.state.server.ServiceConfig;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * By which names the service may be asked for. A web page whose name is made to resolve to this machine sends its own name:
 * where nobody has to prove who they are, that name is all that tells it from the programs of this machine. What a proxy says
 * of the name that it was asked for, anybody else can say too, so it does not count.
 */
@Singleton
final class Hosts {

    private final Set<String> named;
    private final boolean checked;
    private final boolean addresses;
    /** Of the request before, and so nearly always of the next one. */
    private volatile String lastServed = "localhost";

    @Inject
    Hosts(
            ServiceConfig config,
            @ConfigProperty(name = "quarkus.http.host", defaultValue = "127.0.0.1") String listening) {
        this(config.hosts(), config.authenticates(), loopback(listening));
    }

    /**
     * @param named names and addresses beside those of loopback
     * @param proven callers have to prove who they are: a name tells nothing more, unless some are named
     * @param near it listens to this machine alone; elsewhere an address is not a name that anybody could have made up
     */
    Hosts(Set<String> named, boolean proven, boolean near) {
        this.named = named.stream().map(Hosts::name).collect(Collectors.toUnmodifiableSet());
        this.checked = !proven || !named.isEmpty();
        this.addresses = !near && named.isEmpty();
    }

    boolean served(HttpServerRequest request) {
        if (!checked) {
            return true;
        }
        HostAndPort asked = asked(request);
        if (asked == null) {
            return false;
        }
        String host = asked.host();
        if (host.equals(lastServed)) {
            return true;
        }
        boolean served = served(host);
        if (served) {
            lastServed = host;
        }
        return served;
    }

    /**
     * What the client itself asked for. Over HTTP/1.1 that is the header, since {@code authority()} may be what a proxy said;
     * over HTTP/2, which browsers speak with TLS alone, a certificate names it.
     */
    static @Nullable HostAndPort asked(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            return request.authority();
        }
        List<String> hosts = request.headers().getAll("Host");
        return hosts.size() == 1 ? HostAndPort.parseAuthority(hosts.getFirst(), -1) : null;
    }

    /** @param host as the request has it, without the port */
    boolean served(String host) {
        String name = name(host);
        if (name.equals("localhost") || named.contains(name)) {
            return true;
        }
        InetAddress address = address(name);
        return address != null && (addresses || address.isLoopbackAddress());
    }

    private static boolean loopback(String listening) {
        InetAddress address = address(name(listening));
        return address == null ? name(listening).equals("localhost") : address.isLoopbackAddress();
    }

    /** In lower case, without the brackets of IPv6 and the dot at the end of a whole name; an address in one of its forms. */
    private static String name(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        if (lower.startsWith("[") && lower.endsWith("]")) {
            lower = lower.substring(1, lower.length() - 1);
        } else if (lower.endsWith(".")) {
            lower = lower.substring(0, lower.length() - 1);
        }
        InetAddress address = lower.indexOf(':') < 0 ? null : address(lower);
        return address == null ? lower : address.getHostAddress();
    }

    /** Null if it is a name. */
    private static @Nullable InetAddress address(String name) {
        try {
            return name.indexOf('%') < 0 ? InetAddress.ofLiteral(name) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
