package io.kolumn.state.access;

import io.kolumn.state.config.IoFault;
import io.kolumn.state.config.TrustedCertificates;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Requests to an issuer. Each has its whole answer within 5 s, of at most 1 MiB; redirects are not followed. */
final class IssuerHttp implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_SIZE = 1 << 20;

    private final HttpClient client;

    private IssuerHttp(HttpClient client) {
        this.client = client;
    }

    /** @param caFile certificates that the issuer's own must come from; null for those of the JDK */
    static IssuerHttp trusting(@Nullable Path caFile) throws IOException, GeneralSecurityException {
        HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(TIMEOUT);
        if (caFile != null) {
            client.sslContext(TrustedCertificates.context(caFile));
        }
        return new IssuerHttp(client.build());
    }

    /** What is wrong with an address to ask; null if nothing is. */
    static @Nullable String problem(String address) {
        try {
            URI uri = URI.create(address);
            String host = uri.getHost();
            if (host == null) {
                return "is not a URL";
            }
            boolean near = host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
            return "https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && near)
                    ? null
                    : "must be https: otherwise an attacker on the network could forge tokens";
        } catch (IllegalArgumentException e) {
            return "is not a URL";
        }
    }

    static HttpRequest.Builder request(String address) {
        return HttpRequest.newBuilder(URI.create(address)).timeout(TIMEOUT).header("Accept", "application/json");
    }

    /** The body of an answer 200. */
    String text(HttpRequest request) throws IOException {
        HttpResponse<String> answer = answer(request);
        if (answer.statusCode() != 200) {
            throw new IOException(request.uri().getHost() + " answered " + answer.statusCode());
        }
        return answer.body();
    }

    /** The timeout of a request ends with the headers of its answer; this one is for all of it. */
    HttpResponse<String> answer(HttpRequest request) throws IOException {
        try {
            return client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), MAX_SIZE))
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException fault
                    ? new IOException(IoFault.text(fault), e)
                    : new IOException(String.valueOf(e.getMessage()), e);
        } catch (TimeoutException e) {
            throw new IOException("no complete answer within " + TIMEOUT.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
