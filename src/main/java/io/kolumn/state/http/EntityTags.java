package io.kolumn.state.http;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.Precondition;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Entity tags: a version's number in quotes, with {@code -gzip} where the answer is compressed; either is accepted back
 * (RFC 9110, section 8.8.3). A tag of another form is that of no version.
 */
public final class EntityTags {

    private static final String GZIP = "-gzip";
    private static final Pattern TAG = Pattern.compile("\\s*(W/)?\"([^\"]*)\"\\s*(?:,|$)");

    private EntityTags() {}

    static String of(StateVersion version, ContentCoding coding) {
        String suffix = switch (coding) {
            case IDENTITY -> "";
            case GZIP -> GZIP;
        };
        return '"' + Long.toString(version.number()) + suffix + '"';
    }

    /** The conditions of a write. */
    public static List<Precondition> preconditions(HttpHeaders headers) {
        List<Precondition> conditions = new ArrayList<>();
        String match = headers.getHeaderString(HttpHeaders.IF_MATCH);
        if (match != null) {
            conditions.add(
                    match.strip().equals("*")
                            ? Precondition.exists()
                            : new Precondition(Precondition.Kind.IS, versions(HttpHeaders.IF_MATCH, match, false)));
        }
        String noneMatch = headers.getHeaderString(HttpHeaders.IF_NONE_MATCH);
        if (noneMatch != null) {
            conditions.add(
                    noneMatch.strip().equals("*")
                            ? Precondition.absent()
                            : new Precondition(
                                    Precondition.Kind.IS_NOT, versions(HttpHeaders.IF_NONE_MATCH, noneMatch, true)));
        }
        return conditions;
    }

    /** Whether the client that reads has this version already. */
    public static boolean fresh(@Nullable String ifNoneMatch, StateVersion version) {
        return ifNoneMatch != null
                && (ifNoneMatch.strip().equals("*")
                        || versions(HttpHeaders.IF_NONE_MATCH, ifNoneMatch, true)
                                .contains(version.number()));
    }

    /** {@code weak}: whether a weak tag counts. */
    private static Set<Long> versions(String header, String value, boolean weak) {
        Set<Long> versions = new HashSet<>();
        Matcher tag = TAG.matcher(value);
        int end = 0;
        while (end < value.length()) {
            if (!tag.find(end) || tag.start() != end) {
                throw new Invalid(header + " is not a list of tags such as \"12\".");
            }
            String plain = tag.group(2).endsWith(GZIP)
                    ? tag.group(2).substring(0, tag.group(2).length() - GZIP.length())
                    : tag.group(2);
            if (plain.matches("\\d{1,18}") && (weak || tag.group(1) == null)) {
                versions.add(Long.parseLong(plain));
            }
            end = tag.end();
        }
        return versions;
    }
}
