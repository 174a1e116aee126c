package io.kolumn.state.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The known word that somebody may have meant by one that is not known. */
public final class Nearest {

    private static final int LONGEST = 200;

    private Nearest() {}

    /** Empty if none is near, or if several are that begin as the word does. */
    public static Optional<String> of(String word, Collection<String> known) {
        if (word.isEmpty() || word.length() > LONGEST) {
            return Optional.empty();
        }
        int allowed = Math.clamp(word.length() / 3, 1, 3);
        Optional<String> near = known.stream()
                .filter(other -> distance(word, other) <= allowed)
                .min(Comparator.<String>comparingInt(other -> distance(word, other))
                        .thenComparing(other -> other));
        if (near.isPresent()) {
            return near;
        }
        List<String> longer = known.stream()
                .filter(other -> word.length() > 1 && other.startsWith(word))
                .toList();
        return longer.size() == 1 ? Optional.of(longer.getFirst()) : Optional.empty();
    }

    /** As a part of a sentence: {@code ; did you mean 'path'?}, or what else is to be said. */
    public static String hint(String word, Collection<String> known, String otherwise) {
        return of(word, known).map(near -> "; did you mean '" + near + "'?").orElse(otherwise);
    }

    /** Letters to put in, take out, change or swap with the next one (optimal string alignment). */
    static int distance(String one, String other) {
        int[] before = new int[other.length() + 1];
        int[] last = new int[other.length() + 1];
        int[] now = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            now[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                now[j] = Math.min(Math.min(now[j - 1] + 1, last[j] + 1), last[j - 1] + change);
                if (i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1)) {
                    now[j] = Math.min(now[j], before[j - 2] + 1);
                }
            }
            int[] free = before;
            before = last;
            last = now;
            now = free;
        }
        return last[other.length()];
    }
}
