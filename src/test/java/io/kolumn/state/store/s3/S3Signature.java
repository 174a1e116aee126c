package io.kolumn.state.store.s3;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Signature Version 4 in the header of a request: whether the owner of a secret key has sent it as it is. */
final class S3Signature {

    private static final String ALGORITHM = "AWS4-HMAC-SHA256";

    private S3Signature() {}

    /** The error that S3 answers; null if there is nothing to refuse. */
    static @Nullable String problem(S3Call call, String accessKey, String secretKey) {
        String header = call.head().header("Authorization");
        if (header == null || !header.startsWith(ALGORITHM + " ")) {
            return "AccessDenied";
        }
        Map<String, String> parts = new HashMap<>();
        for (String part : List.of(header.substring(ALGORITHM.length() + 1).split(","))) {
            int equals = part.indexOf('=');
            parts.put(
                    part.substring(0, equals).strip(),
                    part.substring(equals + 1).strip());
        }
        String[] credential = parts.getOrDefault("Credential", "").split("/", 2);
        if (!credential[0].equals(accessKey)) {
            return "InvalidAccessKeyId";
        }
        String expected = signature(call, parts.getOrDefault("SignedHeaders", ""), credential[1], secretKey);
        return expected.equals(parts.get("Signature")) ? null : "SignatureDoesNotMatch";
    }

    /** @param scope day, region, service and end, divided by slashes */
    private static String signature(S3Call call, String signed, String scope, String secretKey) {
        String headers = Stream.of(signed.split(";"))
                .map(name -> name + ":" + call.head().header(name) + "\n")
                .collect(Collectors.joining());
        String query = call.query().isEmpty()
                ? ""
                : Stream.of(call.query().split("&"))
                        .map(part -> part.contains("=") ? part : part + "=")
                        .sorted()
                        .collect(Collectors.joining("&"));
        String request = String.join(
                "\n",
                call.method(),
                call.path(),
                query,
                headers,
                signed,
                String.valueOf(call.head().header("x-amz-content-sha256")));
        String text = String.join(
                "\n", ALGORITHM, String.valueOf(call.head().header("x-amz-date")), scope, hex(sha256(request)));
        byte[] key = ("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8);
        for (String part : List.of(scope.split("/"))) {
            key = hmac(key, part);
        }
        return hex(hmac(key, text));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
