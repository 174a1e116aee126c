package io.kolumn.state.bench;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** A state of Terraform of an exact size, made of small resources, whose serial rises with each use. */
final class Documents {

    /** The least size that there is. */
    static final int LEAST = 512;

    private static final String START = "{\"version\": 4, \"terraform_version\": \"1.11.4\", \"serial\": ";
    private static final String REST =
            ", \"lineage\": \"0b1f8a9e-5a0a-4f5e-8f0f-1f2b3c4d5e6f\", \"outputs\": {}, \"resources\": [";
    private static final String END = "\n]}\n";
    private static final int DIGITS = 18;

    /** Each one begins behind all before it, so that its documents can follow theirs in one state. */
    private static final AtomicLong SERIALS = new AtomicLong(100_000_000_000_000_000L);

    private final byte[] bytes;
    private long serial = SERIALS.getAndAdd(1_000_000_000);

    Documents(int size) {
        if (size < LEAST) {
            throw new IllegalArgumentException("At least " + LEAST + " bytes, not " + size);
        }
        StringBuilder text = new StringBuilder(size)
                .append(START)
                .append(serial)
                .append(REST)
                .append(resource(0));
        for (int i = 1; text.length() + 1 + resource(i).length() + END.length() <= size; i++) {
            text.append(',').append(resource(i));
        }
        text.append(END);
        bytes = text.append(" ".repeat(size - text.length())).toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static String resource(int number) {
        return "\n  {\"mode\": \"managed\", \"type\": \"terraform_data\", \"name\": \"n" + number + "\", \"provider\":"
                + " \"provider[\\\"terraform.io/builtin/terraform\\\"]\", \"instances\": [{\"schema_version\": 0,"
                + " \"attributes\": {\"id\": \"i-" + Integer.toHexString(number * 0x9E3779B1)
                + "\", \"input\": null, \"triggers_replace\": null}}]}";
    }

    /** Returns the bytes with the next serial; the same array each time. */
    byte[] next() {
        byte[] digits = Long.toString(++serial).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, bytes, START.length(), DIGITS);
        return bytes;
    }
}
