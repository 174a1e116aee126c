package io.kolumn.state.security;

import io.kolumn.state.access.Credential;
import io.kolumn.state.access.Identity;
import io.kolumn.state.access.NewSecret;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Reads what a request shows to prove whose it is. A header goes before a certificate. */
final class RequestCredentials {

    /** Something was shown that cannot be read. */
    static final class Unreadable extends Exception {
        Unreadable(String reason) {
            super(reason);
        }
    }

    private static final int LARGEST = 24 * 1024;
    private static final Map<Integer, String> ALTERNATIVES = Map.of(1, "email", 2, "dns", 6, "uri");

    private RequestCredentials() {}

    /** Null if nothing is shown. */
    static @Nullable Credential of(HttpServerRequest request, boolean certificates) throws Unreadable {
        List<String> headers = request.headers().getAll("Authorization");
        if (headers.size() > 1) {
            throw new Unreadable("more than one Authorization header");
        }
        if (!headers.isEmpty()) {
            return ofHeader(headers.getFirst());
        }
        return certificates ? ofSession(request.sslSession()) : null;
    }

    /** {@code header}: the value of an {@code Authorization} header. */
    static Credential ofHeader(String header) throws Unreadable {
        int space = header.indexOf(' ');
        if (space < 0 || header.length() > LARGEST) {
            throw new Unreadable("a malformed Authorization header");
        }
        String value = header.substring(space + 1).strip();
        return switch (header.substring(0, space).toLowerCase(Locale.ROOT)) {
            case "basic" -> basic(value);
            case "bearer" -> new Credential.Bearer(value);
            default -> throw new Unreadable("an Authorization header that is neither Basic nor Bearer");
        };
    }

    private static Credential basic(String value) throws Unreadable {
        try {
            String text = new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            String name = colon < 0 ? "" : text.substring(0, colon);
            if (name.startsWith(NewSecret.PREFIX)) {
                return new Credential.Bearer(name); // as in https://TOKEN@host; as a name it would be told in logs
            }
            if (colon >= 0) {
                return new Credential.Basic(name, text.substring(colon + 1));
            }
        } catch (IllegalArgumentException e) {
            throw new Unreadable("Basic credentials that are not base64");
        }
        throw new Unreadable("Basic credentials without a colon");
    }

    private static @Nullable Credential ofSession(@Nullable SSLSession session) throws Unreadable {
        try {
            Certificate[] chain = session == null ? new Certificate[0] : session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate certificate ? of(certificate) : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    static Credential of(X509Certificate certificate) throws Unreadable {
        String subject = certificate.getSubjectX500Principal().getName();
        if (!Identity.fit(subject)) {
            throw new Unreadable("a certificate with an unusable name");
        }
        Map<String, List<String>> attributes = new HashMap<>();
        try {
            for (Rdn part : new LdapName(subject).getRdns()) {
                NamingEnumeration<? extends Attribute> all = part.toAttributes().getAll();
                while (all.hasMore()) {
                    Attribute attribute = all.next();
                    add(attributes, attribute.getID().toLowerCase(Locale.ROOT), attribute.get());
                }
            }
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
                String kind = ALTERNATIVES.get(alternative.get(0));
                if (kind != null) {
                    add(attributes, kind, alternative.get(1));
                }
            }
        } catch (NamingException | CertificateParsingException e) {
            throw new Unreadable("a certificate with unreadable names");
        }
        return new Credential.Certificate(subject, attributes);
    }

    private static void add(Map<String, List<String>> attributes, String name, Object value) {
        if (value instanceof String text) {
            attributes.computeIfAbsent(name, _ -> new ArrayList<>()).add(text);
        }
    }
}
