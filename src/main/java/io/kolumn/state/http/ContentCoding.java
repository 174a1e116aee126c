package io.kolumn.state.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * How the body of an answer is coded. This is the one place that decides it, for documents and all other answers, by what
 * the client accepts (RFC 9110, section 12.5.3) and by size; the server below codes nothing.
 */
public enum ContentCoding {
    IDENTITY,
    GZIP;

    /** Smaller bodies are not worth it: they fit into the first packets as they are. */
    private static final int GZIP_FROM = 2048;

    private static final int PIECE = 64 * 1024;
    private static final Pattern WEIGHT = Pattern.compile("\\s*[qQ]\\s*=\\s*(0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?)\\s*");

    /**
     * The coding of a body.
     *
     * @param accepted Accept-Encoding; several of them joined by commas
     * @param size of the body in bytes
     */
    static ContentCoding of(@Nullable String accepted, long size) {
        return accepted == null ? IDENTITY : Accepted.parse(accepted).coding(size);
    }

    /** Its name in Content-Encoding. */
    String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Compresses what is written, fast rather than small. */
    static OutputStream gzip(OutputStream out) throws IOException {
        return new GZIPOutputStream(out, PIECE) {
            {
                def.setLevel(Deflater.BEST_SPEED + 2);
            }
        };
    }

    /** The weights that a client gives to codings; less than 0 where it gives none. */
    private record Accepted(double gzip, double identity, double others) {

        static Accepted parse(String accepted) {
            double gzip = -1;
            double identity = -1;
            double others = -1;
            for (String element : accepted.split(",", -1)) {
                String[] parts = element.split(";", 2);
                double weight = parts.length == 1 ? 1 : weight(parts[1]);
                switch (parts[0].strip().toLowerCase(Locale.ROOT)) {
                    case "gzip", "x-gzip" -> gzip = Math.max(gzip, weight);
                    case "identity" -> identity = weight;
                    case "*" -> others = weight;
                    default -> {
                        // a coding that nothing here is sent in
                    }
                }
            }
            return new Accepted(gzip, identity, others);
        }

        /** A weight that is none refuses the coding: what is not coded is understood by everybody. */
        private static double weight(String parameters) {
            Matcher weight = WEIGHT.matcher(parameters);
            return weight.matches() ? Double.parseDouble(weight.group(1)) : 0;
        }

        ContentCoding coding(long size) {
            double coded = gzip < 0 ? others : gzip;
            boolean onlyCoded = identity == 0 || (identity < 0 && others == 0);
            boolean worthIt = size >= GZIP_FROM && coded >= identity;
            return coded > 0 && (onlyCoded || worthIt) ? GZIP : IDENTITY;
        }
    }
}
