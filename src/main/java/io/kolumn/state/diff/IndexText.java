package io.kolumn.state.diff;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Texts of documents as every storage of an index can keep them: without NUL, halves of pairs, and of a bounded length. */
final class IndexText {

    private static final int LONGEST = 512;
    private static final int LONGEST_VERSION = 64;

    /** What stands in the place of a character that cannot be kept. */
    private static final char UNFIT = '\uFFFD';

    private IndexText() {}

    static String clean(String text) {
        boolean fit = true;
        for (int i = 0; i < text.length() && fit; i++) {
            char c = text.charAt(i);
            fit = c != 0 && !Character.isSurrogate(c);
        }
        return fit ? text : cleaned(text);
    }

    private static String cleaned(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
            clean.appendCodePoint(c == 0 || half ? UNFIT : c);
        });
        return clean.toString();
    }

    /** Up to a length. */
    static String brief(String text) {
        return clean(text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…");
    }

    static @Nullable String version(@Nullable String text) {
        return text == null
                ? null
                : clean(text.length() <= LONGEST_VERSION ? text : text.substring(0, LONGEST_VERSION));
    }

    /** Up to a length, and still another than that of any other resource. */
    static String address(String address) {
        return address.length() <= LONGEST ? clean(address) : brief(address) + digest(address);
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** The source within {@code module.a.provider["registry.terraform.io/hashicorp/aws"].west}, or as old documents have it. */
    static String provider(String text) {
        int from = text.indexOf("provider[\"");
        int to = from < 0 ? -1 : text.indexOf("\"]", from);
        if (to >= 0) {
            return brief(text.substring(from + "provider[\"".length(), to));
        }
        int old = text.lastIndexOf("provider.");
        return brief(old < 0 ? text : text.substring(old + "provider.".length()));
    }
}
