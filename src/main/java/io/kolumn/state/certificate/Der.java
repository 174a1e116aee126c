package io.kolumn.state.certificate;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;

/** The few encodings of DER (X.690) that a certificate consists of. Each method returns one value with its tag and length. */
final class Der {

    private static final int SHORT_LENGTH = 0x80;
    private static final int BYTE = 0xff;
    private static final int CONTEXT = 0x80;
    private static final int CONSTRUCTED = 0x20;
    private static final int FIRST_ARC = 40;
    private static final int SEVEN_BITS = 7;

    /** From here on RFC 5280 wants the time with four digits of the year. */
    private static final Instant GENERALIZED = Instant.parse("2050-01-01T00:00:00Z");

    private static final DateTimeFormatter SHORT_TIME = time("yyMMddHHmmss'Z'");
    private static final DateTimeFormatter LONG_TIME = time("yyyyMMddHHmmss'Z'");

    private Der() {}

    private static DateTimeFormatter time(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    static byte[] sequence(byte[]... parts) {
        return value(0x30, joined(parts));
    }

    static byte[] integer(BigInteger number) {
        return value(0x02, number.toByteArray());
    }

    static byte[] bool(boolean is) {
        return value(0x01, new byte[] {(byte) (is ? BYTE : 0)});
    }

    static byte[] octets(byte[] content) {
        return value(0x04, content);
    }

    /** @param unused the number of bits at the end that do not count */
    static byte[] bits(int unused, byte[] content) {
        return value(0x03, joined(new byte[] {(byte) unused}, content));
    }

    static byte[] time(Instant time) {
        boolean late = !time.isBefore(GENERALIZED);
        String text = (late ? LONG_TIME : SHORT_TIME).format(time);
        return value(late ? 0x18 : 0x17, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** An object identifier of these arcs. */
    static byte[] oid(int... arcs) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(arcs[0] * FIRST_ARC + arcs[1]);
        for (int at = 2; at < arcs.length; at++) {
            int groups = 1;
            for (int rest = arcs[at] >>> SEVEN_BITS; rest > 0; rest >>>= SEVEN_BITS) {
                groups++;
            }
            for (int group = groups - 1; group >= 0; group--) {
                int part = (arcs[at] >>> (group * SEVEN_BITS)) & 0x7f;
                out.write(group == 0 ? part : part | SHORT_LENGTH);
            }
        }
        return value(0x06, out.toByteArray());
    }

    /** A value in the place of this number, with its own tag inside. */
    static byte[] explicit(int number, byte[] value) {
        return value(CONTEXT | CONSTRUCTED | number, value);
    }

    /** A primitive content in the place of this number. */
    static byte[] implicit(int number, byte[] content) {
        return value(CONTEXT | number, content);
    }

    private static byte[] value(int tag, byte[] content) {
        byte[] length = content.length < SHORT_LENGTH
                ? new byte[] {(byte) content.length}
                : longLength(BigInteger.valueOf(content.length).toByteArray());
        return joined(new byte[] {(byte) tag}, length, content);
    }

    private static byte[] longLength(byte[] signed) {
        byte[] plain = signed[0] == 0 ? Arrays.copyOfRange(signed, 1, signed.length) : signed;
        return joined(new byte[] {(byte) (SHORT_LENGTH | plain.length)}, plain);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
