package io.kolumn.state.ui;

import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.access.SealedCredentials;
import io.kolumn.state.access.SealedCredentials.Purpose;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Proofs that a form was made here and for the same caller, beside the origin that a browser names. No other site can read one. */
@Singleton
final class FormTokens {

    private static final Duration LIFE = Duration.ofHours(12);

    private final SealedCredentials sealed;

    FormTokens(SealedCredentials sealed) {
        this.sealed = sealed;
    }

    /** Returns a proof for the forms of a caller. */
    String issue(String subject) {
        return sealed.seal(Purpose.FORM, null, LIFE, subject);
    }

    /** @throws Forbidden if the form has no valid proof */
    void check(Form form, String subject) {
        boolean known = sealed.open(Purpose.FORM, form.get("form"))
                .filter(opened -> opened.content().equals(subject))
                .isPresent();
        if (!known) {
            throw new Forbidden(
                    "form",
                    "The form is too old, or was not made for you here. Nothing was changed. Go back, reload the"
                            + " page, and send it again.");
        }
    }
}
