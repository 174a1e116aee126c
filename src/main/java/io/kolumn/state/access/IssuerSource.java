package io.kolumn.state.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kolumn.state.config.IoFault;
import io.kolumn.state.config.TrustedCertificates;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the keys of an issuer over HTTP.
 *
 * @param name of the issuer in the configuration
 * @param url of the issuer, for discovery
 * @param keysUrl where the keys are; null to find that by discovery
 * @param caFile certificates that the issuer's own must come from; null for those of the JDK
 * @param bearerFile holds a token to show; null for none
 */
record IssuerSource(
        String name,
        String url,
        @Nullable String keysUrl,
        @Nullable Path caFile,
        @Nullable Path bearerFile) implements IssuerKeys.Source {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_SIZE = 1 << 20;
    private static final String DISCOVERY = "/.well-known/openid-configuration";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public String fetch() throws Issuers.Away {
        HttpClient client = null;
        try {
            client = client();
            return text(client, keysUrl == null ? discovered(client) : keysUrl);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new Issuers.Away("the keys of the issuer '" + name + "' cannot be fetched (" + reason(e) + ")", e);
        } finally {
            if (client != null) {
                client.shutdownNow();
            }
        }
    }

    private String discovered(HttpClient client) throws IOException {
        String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        JsonNode document = JSON.readTree(text(client, base + DISCOVERY));
        if (!url.equals(document.path("issuer").asText())) {
            throw new IOException("its discovery document names another issuer");
        }
        String found = document.path("jwks_uri").asText();
        String problem = problem(found);
        if (problem != null) {
            throw new IOException("the jwks_uri of its discovery document " + problem);
        }
        return found;
    }

    /** What is wrong with an address to fetch keys from; null if nothing is. */
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

    private HttpClient client() throws IOException, GeneralSecurityException {
        HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(TIMEOUT);
        if (caFile != null) {
            client.sslContext(TrustedCertificates.context(caFile));
        }
        return client.build();
    }

    private static String reason(Exception e) {
        return e instanceof IOException fault ? IoFault.text(fault) : String.valueOf(e.getMessage());
    }

    private String text(HttpClient client, String address) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address)).timeout(TIMEOUT).header("Accept", "application/json");
        if (bearerFile != null) {
            request.header(
                    "Authorization", "Bearer " + Files.readString(bearerFile).strip());
        }
        HttpResponse<String> answer = whole(client, request.build());
        if (answer.statusCode() != 200) {
            throw new IOException(URI.create(address).getHost() + " answered " + answer.statusCode());
        }
        return answer.body();
    }

    /** The timeout of a request ends with the headers of its answer; this one is for all of it. */
    private static HttpResponse<String> whole(HttpClient client, HttpRequest request) throws IOException {
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
}
