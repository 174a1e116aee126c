package io.kolumn.state;

import java.nio.charset.StandardCharsets;

/** A valid document of an exact size whose serial rises each time. Not for several threads. */
public final class RisingDocument {

    private static final String START = "{\"version\": 4, \"serial\": ";
    private static final String REST =
            ", \"lineage\": \"22baec5a-b199-3700-0f9f-6a2186d2ad2b\", \"outputs\": {}, \"resources\": [";
    private static final String RESOURCE =
            "\n  {\"mode\": \"managed\", \"type\": \"terraform_data\", \"name\": \"app\", \"instances\": []}";
    private static final String END = "\n]}\n";
    private static final int DIGITS = 18;

    private final byte[] bytes;
    private long serial = 100_000_000_000_000_000L;

    public RisingDocument(int size) {
        StringBuilder text = new StringBuilder(size)
                .append(START)
                .append(serial)
                .append(REST)
                .append(RESOURCE);
        while (text.length() + 1 + RESOURCE.length() + END.length() <= size) {
            text.append(',').append(RESOURCE);
        }
        text.append(END);
        if (text.length() > size) {
            throw new IllegalArgumentException("At least " + text.length() + " bytes, not " + size);
        }
        bytes = text.append(" ".repeat(size - text.length())).toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The bytes with the next serial; the same array each time. */
    public byte[] next() {
        byte[] digits = Long.toString(++serial).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, bytes, START.length(), DIGITS);
        return bytes;
    }
}
