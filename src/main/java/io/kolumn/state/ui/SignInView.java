package io.kolumn.state.ui;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person without a session sees.
 *
 * @param next the page to go to
 * @param action the address to which a form is sent
 * @param issuers at which one can sign in
 * @param passing whether the browser came from elsewhere and left its session behind, so that it only has to ask again
 * @param refused why the caller is here again; null for the first time
 * @param out where the session of the issuer ends that has just been left; null for none
 */
public record SignInView(
        String next,
        String action,
        List<Way> issuers,
        boolean passing,
        @Nullable String refused,
        @Nullable Way out) {

    /** An issuer by the name that people know, and an address. */
    public record Way(String label, String href) {}
}
