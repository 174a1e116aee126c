package io.kolumn.state.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;

/** Documents and LockInfos as clients send them. */
public final class TestStates {

    public static final String LINEAGE = "22baec5a-b199-3700-0f9f-6a2186d2ad2b";

    private TestStates() {}

    /** A Terraform state that holds an output. */
    public static String state(long serial) {
        return state(serial, LINEAGE, "x");
    }

    /** As {@link #state(long)}, with other bytes for another {@code content}. */
    public static String state(long serial, String lineage, String content) {
        return "{\"version\": 4, \"terraform_version\": \"1.11.4\", \"serial\": " + serial + ", \"lineage\": \""
                + lineage
                + "\", \"outputs\": {\"content\": {\"value\": \"" + content
                + "\", \"type\": \"string\"}}, \"resources\": [], \"check_results\": null}\n";
    }

    /** What {@code terraform destroy} leaves. */
    public static String emptyState(long serial, String lineage) {
        return "{\"version\": 4, \"serial\": " + serial + ", \"lineage\": \"" + lineage
                + "\", \"outputs\": {}, \"resources\": [], \"check_results\": null}\n";
    }

    /** A state of about this many bytes. */
    public static byte[] large(int size) {
        return state(1, LINEAGE, "abcdefghij".repeat(size / 10)).getBytes(StandardCharsets.UTF_8);
    }

    /** As Terraform 1.11.4 sends it. */
    public static String lockInfo(String id) {
        return lockInfo(id, "OperationTypeApply");
    }

    public static String lockInfo(String id, String operation) {
        return "{\"ID\":\"" + id + "\",\"Operation\":\"" + operation
                + "\",\"Info\":\"\",\"Who\":\"ada@build-7\",\"Version\":\"1.11.4\","
                + "\"Created\":\"2026-11-23T08:15:30.123456789Z\",\"Path\":\"\"}";
    }

    public static byte[] fixture(String name) {
        try (InputStream in = TestStates.class.getResourceAsStream("/fixtures/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String md5(byte[] bytes) {
        return Base64.getEncoder().encodeToString(digest("MD5", bytes));
    }

    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest("SHA-256", bytes));
    }

    private static byte[] digest(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
