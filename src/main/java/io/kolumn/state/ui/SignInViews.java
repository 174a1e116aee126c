package io.kolumn.state.ui;

import io.kolumn.state.access.SignInIssuer;
import io.kolumn.state.security.SignInPath;
import io.kolumn.state.security.SignIns;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Makes what a person without a session sees. */
@Singleton
final class SignInViews {

    private final Pages pages;
    private final SignIns signIns;
    private final Address address;

    SignInViews(Pages pages, SignIns signIns, Address address) {
        this.pages = pages;
        this.signIns = signIns;
        this.address = address;
    }

    /**
     * Returns the page with all ways to sign in.
     *
     * @param next an address as it was given, which need not be one of the pages
     * @param refused why the caller is here again; null for the first time
     */
    RestResponse<String> ask(RestResponse.Status status, @Nullable String next, @Nullable String refused) {
        return page(status, next, false, refused, null);
    }

    /** Returns the page after a sign-out of a session that began by an issuer, where another one may go on. */
    RestResponse<String> signedOut(String issuer) {
        Optional<SignInIssuer> known = signIns.issuer(issuer);
        SignInView.Way out = known.flatMap(there -> there.signOut(address.ofService() + SignInPath.PATH)
                        .map(href -> new SignInView.Way(there.label(), href)))
                .orElse(null);
        return page(RestResponse.Status.OK, null, false, null, out);
    }

    /** Returns a page that leads on by itself. The request for what follows is then one of this site, and has the session. */
    RestResponse<String> passing(@Nullable String next) {
        return page(RestResponse.Status.OK, next, true, null, null);
    }

    private RestResponse<String> page(
            RestResponse.Status status,
            @Nullable String next,
            boolean passing,
            @Nullable String refused,
            SignInView.@Nullable Way out) {
        String to = SignInPath.within(next);
        List<SignInView.Way> issuers =
                signIns.issuers().stream().map(issuer -> way(issuer, to)).toList();
        SignInView view =
                new SignInView(to, Links.of(SignInPath.PATH, Map.of("next", to)), issuers, passing, refused, out);
        return pages.entrance(status, frame -> Templates.signIn(frame, view));
    }

    private static SignInView.Way way(SignInIssuer issuer, String next) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("name", issuer.name());
        query.put("next", next);
        return new SignInView.Way(issuer.label(), Links.of(SignInPath.ISSUER, query));
    }
}
