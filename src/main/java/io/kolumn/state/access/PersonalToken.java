package io.kolumn.state.access;

import java.time.Instant;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The record of a personal token. The token itself is kept nowhere.
 *
 * @param id of the record; the token has it too, and it is not secret
 * @param name that its owner gave it
 * @param ending the last characters of the token, so that its owner recognizes it
 * @param hash of the whole token
 * @param owner the identity that the token proves, with groups and claims as they were when it was made
 * @param basis what must still be in the configuration: the URL of the owner's issuer, or marks of the owner's passwords
 * @param created the time at which it was made
 * @param expires the end of its life
 */
public record PersonalToken(
        String id,
        String name,
        String ending,
        String hash,
        Identity owner,
        Set<String> basis,
        Instant created,
        Instant expires) {

    /** How a personal token begins. Other tokens may begin so too, but have another length. */
    static final String PREFIX = NewSecret.PREFIX + "p_";

    static final int ENDING = 4;

    private static final Pattern FORM = Pattern.compile(PREFIX + "([0-9a-f]{16})_[A-Za-z0-9_-]{43}");

    public PersonalToken {
        basis = Set.copyOf(basis);
    }

    /** The id in a text that has the form of a personal token; null if it has another form. */
    static @Nullable String idIn(String secret) {
        Matcher form = FORM.matcher(secret);
        return form.matches() ? form.group(1) : null;
    }

    /** Returns a text without the hash. */
    @Override
    public String toString() {
        return "PersonalToken[" + id + " of " + owner.subject() + "]";
    }
}
