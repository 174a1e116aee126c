package io.kolumn.state.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kolumn.state.config.IoFault;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what an issuer says of itself over HTTP: its keys, and its discovery document.
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

    private static final String DISCOVERY = "/.well-known/openid-configuration";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public String fetch() throws Issuers.Away {
        try (IssuerHttp http = IssuerHttp.trusting(caFile)) {
            return text(http, keysUrl == null ? endpoint(document(http), "jwks_uri") : keysUrl);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new Issuers.Away("the keys of the issuer '" + name + "' cannot be fetched (" + reason(e) + ")", e);
        }
    }

    /** The discovery document, which names this issuer. */
    JsonNode document() throws Issuers.Away {
        try (IssuerHttp http = IssuerHttp.trusting(caFile)) {
            return document(http);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new Issuers.Away("the issuer '" + name + "' cannot be asked (" + reason(e) + ")", e);
        }
    }

    private JsonNode document(IssuerHttp http) throws IOException {
        String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        JsonNode document = JSON.readTree(text(http, base + DISCOVERY));
        if (!url.equals(document.path("issuer").asText())) {
            throw new IOException("its discovery document names another issuer");
        }
        return document;
    }

    /** An address that the discovery document names. */
    static String endpoint(JsonNode document, String member) throws IOException {
        String found = document.path(member).asText();
        String problem = IssuerHttp.problem(found);
        if (problem != null) {
            throw new IOException("the " + member + " of its discovery document " + problem);
        }
        return found;
    }

    static String reason(Exception e) {
        return e instanceof IOException fault ? IoFault.text(fault) : String.valueOf(e.getMessage());
    }

    private String text(IssuerHttp http, String address) throws IOException {
        HttpRequest.Builder request = IssuerHttp.request(address);
        if (bearerFile != null) {
            request.header(
                    "Authorization", "Bearer " + Files.readString(bearerFile).strip());
        }
        return http.text(request.build());
    }
}
