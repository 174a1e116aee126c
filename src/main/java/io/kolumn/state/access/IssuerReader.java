package io.kolumn.state.access;

import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.config.NamedEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes issuers of a configuration, and finds what is wrong with one. */
final class IssuerReader {

    /** Signatures that anybody can check and only the issuer can make; those with a shared secret are not among them. */
    private static final Set<String> ALGORITHMS =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA");

    private static final Set<String> RESERVED = Set.of("user", "token", "certificate", "anonymous");

    /** Keys that say how people sign in, and nothing without a client. */
    private static final List<String> OF_CLIENTS =
            List.of("client_secret_file", "display_name", "scopes", "sign_in_token");

    private final Function<Path, Optional<String>> files;
    private final Function<IssuerKeysOf, IssuerKeys> keys;
    private final List<Problem> problems;
    private final List<Issuer> issuers = new ArrayList<>();
    private final List<SignInIssuer> signIns = new ArrayList<>();

    /**
     * @param files the text of a file; empty if it cannot be read
     * @param keys the keys of an issuer
     * @param problems gets what is wrong
     */
    IssuerReader(
            Function<Path, Optional<String>> files, Function<IssuerKeysOf, IssuerKeys> keys, List<Problem> problems) {
        this.files = files;
        this.keys = keys;
        this.problems = problems;
    }

    /**
     * Where an issuer's keys come from; equal ones are the same keys, which need not be fetched again.
     *
     * @param text of a file that holds them; null if they are fetched
     */
    record IssuerKeysOf(IssuerSource source, @Nullable String text) {

        IssuerKeys make() {
            String known = text;
            return new IssuerKeys(source.name(), known == null ? source : () -> known, IssuerKeys.Intervals.USUAL);
        }
    }

    List<Issuer> issuers() {
        return issuers;
    }

    /** Returns those at which people sign in. */
    List<SignInIssuer> signIns() {
        return signIns;
    }

    void read(NamedEntry entry) {
        int before = problems.size();
        if (RESERVED.contains(entry.name())) {
            problems.add(entry.problem(
                    "url",
                    null,
                    "is already the name of an issuer '" + entry.name() + "', reserved for another kind of identity"));
        }
        List<String> algorithms = entry.list("algorithms");
        algorithms.stream()
                .filter(name -> !ALGORITHMS.contains(name))
                .forEach(name -> problems.add(entry.problem(
                        "algorithms",
                        name,
                        "is not one of "
                                + String.join(", ", ALGORITHMS.stream().sorted().toList()))));
        String url = text(entry, "url").orElse("");
        Path keysFile = entry.values().path("jwks_file").orElse(null);
        checkAddresses(entry, url, keysFile != null);
        for (String key : List.of("jwks_file", "ca_file", "client_secret_file")) {
            entry.values()
                    .path(key)
                    .filter(path -> files.apply(path).isEmpty())
                    .ifPresent(path -> problems.add(entry.problem(key, path.toString(), "cannot be read")));
        }
        checkClient(entry);
        if (problems.size() == before && !url.isEmpty()) {
            add(entry, url, algorithms, keysFile);
        }
    }

    private void checkAddresses(NamedEntry entry, String url, boolean keysInFile) {
        Optional<String> keysUrl = text(entry, "jwks_url");
        if (!keysInFile) {
            keysUrl.ifPresent(address -> checkAddress(entry, "jwks_url", address));
        }
        boolean asked =
                (!keysInFile && keysUrl.isEmpty()) || text(entry, "client_id").isPresent();
        if (asked && !url.isEmpty()) {
            checkAddress(entry, "url", url);
        }
    }

    private void checkAddress(NamedEntry entry, String key, String address) {
        String problem = IssuerHttp.problem(address);
        if (problem != null) {
            problems.add(entry.problem(key, address, problem));
        }
    }

    private void checkClient(NamedEntry entry) {
        Optional<String> client = text(entry, "client_id");
        if (client.isEmpty()) {
            OF_CLIENTS.stream()
                    .filter(key -> entry.values().isGiven(key))
                    .forEach(key -> problems.add(entry.problem(key, null, "has no effect without client-id")));
            return;
        }
        if (!entry.list("scopes").contains("openid")) {
            problems.add(entry.problem(
                    "scopes",
                    String.join(", ", entry.list("scopes")),
                    "must have openid, for without it there is no ID token"));
        }
        List<String> audiences = entry.list("audience");
        if (!accessToken(entry) && !audiences.isEmpty() && !audiences.contains(client.get())) {
            problems.add(entry.problem(
                    "audience",
                    String.join(", ", audiences),
                    "must have the client-id '" + client.get()
                            + "', for which ID tokens are made. Or set sign-in-token=access"));
        }
    }

    private void add(NamedEntry entry, String url, List<String> algorithms, @Nullable Path keysFile) {
        IssuerSource source = new IssuerSource(
                entry.name(),
                url,
                text(entry, "jwks_url").orElse(null),
                entry.values().path("ca_file").orElse(null),
                entry.values().path("bearer_file").orElse(null));
        IssuerKeys keySet = keys.apply(new IssuerKeysOf(
                source, keysFile == null ? null : files.apply(keysFile).orElse(null)));
        issuers.add(new Issuer(
                new Issuer.Settings(
                        entry.name(),
                        url,
                        Set.copyOf(entry.list("audience")),
                        algorithms,
                        text(entry, "subject_claim").orElse("sub"),
                        text(entry, "groups_claim").orElse(null)),
                keySet));
        text(entry, "client_id").ifPresent(id -> {
            Issuer.Settings own = new Issuer.Settings(entry.name(), url, Set.of(id), algorithms, "sub", null);
            signIns.add(new SignInIssuer(new Issuer(own, keySet), source, client(entry, id)));
        });
    }

    private SignInIssuer.Client client(NamedEntry entry, String id) {
        return new SignInIssuer.Client(
                text(entry, "display_name").orElse(entry.name()),
                id,
                entry.values()
                        .path("client_secret_file")
                        .flatMap(files)
                        .map(String::strip)
                        .orElse(null),
                String.join(" ", entry.list("scopes")),
                accessToken(entry));
    }

    private static boolean accessToken(NamedEntry entry) {
        return text(entry, "sign_in_token").filter("access"::equals).isPresent();
    }

    private static Optional<String> text(NamedEntry entry, String key) {
        return entry.values().text(key);
    }
}
