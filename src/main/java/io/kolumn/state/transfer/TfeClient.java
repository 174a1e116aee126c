package io.kolumn.state.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.config.IoFault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Requests to the API of HCP Terraform or Terraform Enterprise, and to what speaks it. It only reads. The token goes to the
 * configured scheme, host and port, and nowhere else: addresses of downloads are chosen by the other side.
 */
final class TfeClient implements AutoCloseable {

    /** Waits between two tries. */
    interface Pause {
        void of(Duration length) throws InterruptedException;
    }

    private static final String JSON_API = "application/vnd.api+json";
    private static final ObjectMapper TREES = new JsonMapper();
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** Also for the bytes of a large state. */
    private static final Duration ANSWER = Duration.ofMinutes(10);

    private static final int FAILURES = 5;
    private static final int LIMITED = 30;
    private static final int REDIRECTS = 5;
    private static final int FIRST_PAUSE_MILLIS = 250;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final long MAX_SIZE = 1L << 30;

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;
    private static final int TOO_MANY = 429;
    private static final int FAULT = 500;

    private final URI base;
    private final String token;
    private final Pause pause;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /**
     * @param base without a slash at its end
     * @param token never shown
     */
    TfeClient(URI base, String token, Pause pause) {
        this.base = base;
        this.token = token;
        this.pause = pause;
    }

    String host() {
        return place(base);
    }

    /**
     * The JSON of a path below {@code /api/v2/}; empty if there is no such thing, or the token may not see it.
     *
     * @throws Unauthenticated if the token is refused
     * @throws Forbidden if the token may not read that
     * @throws Unavailable if there is no usable answer after all tries
     */
    Optional<JsonNode> find(String path, Map<String, String> parameters) {
        String query = parameters.entrySet().stream()
                .map(one -> encoded(one.getKey()) + "=" + encoded(one.getValue()))
                .collect(Collectors.joining("&", parameters.isEmpty() ? "" : "?", ""));
        HttpResponse<byte[]> answer = exchange(URI.create(base + "/api/v2/" + path + query), JSON_API);
        int status = answer.statusCode();
        if (status == NOT_FOUND) {
            return Optional.empty();
        }
        if (status >= 300) {
            throw refused(status, "/api/v2/" + path, answer);
        }
        try {
            return Optional.of(TREES.readTree(answer.body()));
        } catch (JsonProcessingException e) {
            throw new Unavailable(host() + " answers /api/v2/" + path + " without JSON. Check the address.", null);
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        }
    }

    private RuntimeException refused(int status, String path, HttpResponse<byte[]> answer) {
        return switch (status) {
            case UNAUTHORIZED ->
                new Unauthenticated(host() + " does not accept the token (401). Set token or KOLUMN_FROM_TOKEN.");
            case FORBIDDEN -> new Forbidden("read", host() + " refuses to show " + path + " to this token (403).");
            default ->
                answer.headers().firstValue("Location").isPresent()
                        ? new Unavailable(host() + " redirects " + path + " elsewhere. Give the final address.", null)
                        : new Unavailable(host() + " answers " + path + " with status " + status + ".", null);
        };
    }

    /** How a download ended. */
    sealed interface Download {
        /** What was downloaded, to be read once. */
        record Content(InputStream bytes, int size) implements Download {}

        /** It is no longer kept there. */
        record Gone() implements Download {}

        /** The address does not count, or no longer. */
        record Refused(int status) implements Download {}
    }

    /**
     * Downloads what an address of an answer names.
     *
     * @param address absolute or relative; it may be a secret itself, so no error shows it
     * @param what for people, such as {@code version sv-1 of org/app}
     */
    Download download(String address, String what) {
        URI next = resolved(base, address, what);
        for (int hop = 0; hop <= REDIRECTS; hop++) {
            HttpResponse<byte[]> answer = exchange(next, "*/*");
            int status = answer.statusCode();
            if (status == NOT_FOUND || status == GONE) {
                return new Download.Gone();
            }
            if (status == UNAUTHORIZED || status == FORBIDDEN) {
                return new Download.Refused(status);
            }
            Optional<String> location = answer.headers().firstValue("Location");
            if (status < 300) {
                return content(answer.body());
            }
            if (status >= 400 || location.isEmpty()) {
                throw new Unavailable(place(next) + " answers with status " + status + " for " + what + ".", null);
            }
            next = resolved(next, location.get(), what);
        }
        throw new Unavailable(host() + " redirects " + what + " more than " + REDIRECTS + " times.", null);
    }

    private static Download content(byte[] body) {
        return body.length == 0
                ? new Download.Gone()
                : new Download.Content(new ByteArrayInputStream(body), body.length);
    }

    private static URI resolved(URI from, String address, String what) {
        URI to;
        try {
            to = from.resolve(new URI(address));
        } catch (URISyntaxException e) {
            throw new Invalid("The address of " + what + " is not a URL.");
        }
        boolean web = "https".equals(to.getScheme()) || "http".equals(to.getScheme());
        if (!web || to.getHost() == null) {
            throw new Invalid("The address of " + what + " is not a URL of http or https.");
        }
        if ("https".equals(from.getScheme()) && "http".equals(to.getScheme())) {
            throw new Invalid("The address of " + what + " leads from https to http, at " + place(to)
                    + ". The state would travel unencrypted.");
        }
        return to;
    }

    /** Tries again after what passes by itself; gives every other answer. */
    private HttpResponse<byte[]> exchange(URI to, String accept) {
        int failures = 0;
        int limited = 0;
        while (true) {
            Unavailable problem;
            Duration wait;
            try {
                HttpResponse<byte[]> answer = once(to, accept);
                int status = answer.statusCode();
                if (status != TOO_MANY && status < FAULT) {
                    return answer;
                }
                boolean many = status == TOO_MANY;
                problem = new Unavailable(
                        place(to) + " still answers with status " + status + " after " + (many ? LIMITED : FAILURES)
                                + " tries.",
                        null);
                wait = many ? reset(answer) : longer(failures);
                limited += many ? 1 : 0;
                failures += many ? 0 : 1;
            } catch (IOException e) {
                problem = new Unavailable(place(to) + " does not answer: " + IoFault.text(e) + ".", e);
                wait = longer(failures);
                failures++;
            }
            if (failures >= FAILURES || limited >= LIMITED) {
                throw problem;
            }
            sleep(wait);
        }
    }

    private void sleep(Duration wait) {
        try {
            pause.of(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("The import was interrupted.", e);
        }
    }

    private static Duration longer(int failures) {
        return Duration.ofMillis((long) FIRST_PAUSE_MILLIS << Math.min(failures, 5));
    }

    /** Seconds, perhaps with a fraction. */
    private static Duration reset(HttpResponse<byte[]> answer) {
        String seconds = answer.headers().firstValue("X-RateLimit-Reset").orElse("1");
        try {
            double value = Double.parseDouble(seconds);
            Duration wait = Duration.ofMillis((long) Math.ceil(Math.clamp(value, 0.1, 3600) * 1000));
            return wait.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wait;
        } catch (NumberFormatException e) {
            return Duration.ofSeconds(1);
        }
    }

    private HttpResponse<byte[]> once(URI to, String accept) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(to)
                .timeout(ANSWER)
                .header("Accept", accept)
                .header("User-Agent", "kolumn-state");
        if (sameOrigin(to)) {
            request.header("Authorization", "Bearer " + token);
        }
        Future<HttpResponse<byte[]>> answer = http.sendAsync(
                request.build(), HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MAX_SIZE));
        try {
            return answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("the answer takes longer than " + ANSWER.toMinutes() + " minutes", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException fault ? fault : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("The import was interrupted.", e);
        }
    }

    private boolean sameOrigin(URI to) {
        return base.getScheme().equals(to.getScheme())
                && base.getHost().equalsIgnoreCase(to.getHost())
                && port(base) == port(to);
    }

    private static String place(URI address) {
        return address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort());
    }

    private static int port(URI address) {
        if (address.getPort() >= 0) {
            return address.getPort();
        }
        return "https".equals(address.getScheme()) ? 443 : 80;
    }

    /** For a part of a path, or of a query. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
