package io.kolumn.state.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.access.Credential;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.TestStates;
import io.quarkus.test.common.http.TestHTTPResource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Client certificates over TLS, with HTTP/1.1 and HTTP/2. */
@PackagedTest(TlsAccessProfile.class)
class ClientCertificateIT {

    private static final TestCertificates CERTIFICATES = TestCertificates.of(TlsAccessProfile.CERTIFICATES);
    private static final String TOKEN = "kst_of-the-tests-0123456789";

    @TestHTTPResource(tls = true)
    URI server;

    @BeforeEach
    void configure() {
        AccessProfile.write(List.of(
                "token.some.hash=" + Hashes.token(TOKEN),
                "policy.some.subjects=token:some",
                "policy.some.states=tokens/**",
                "policy.some.roles=writer",
                "policy.hosts.subjects=certificate",
                "policy.hosts.claims.o=Acme",
                "policy.hosts.claims.ou=ci",
                "policy.hosts.states=hosts/{cn}/**",
                "policy.hosts.roles=writer"));
        CERTIFICATES.client("runner", "CN=runner-7,OU=ci,O=Acme");
        CERTIFICATES.client("posing", "CN=\"runner-7,OU=ci\",O=Acme");
        await().until(() -> send("", HttpClient.Version.HTTP_1_1, "GET", "/v1/states", "Bearer " + TOKEN)
                        .statusCode()
                == 200);
    }

    private HttpResponse<String> send(
            String alias, HttpClient.Version version, String method, String path, String authorization)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(CERTIFICATES.context(alias))
                .version(version)
                .build()) {
            HttpRequest.BodyPublisher body = method.equals("PUT")
                    ? HttpRequest.BodyPublishers.ofString(TestStates.state(1))
                    : HttpRequest.BodyPublishers.noBody();
            HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path))
                    .method(method, body)
                    .header("Content-Type", "application/json");
            if (!authorization.isEmpty()) {
                request.header("Authorization", authorization);
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aCertificateProvesItsSubject(HttpClient.Version version) throws Exception {
        String name = "/v1/states/hosts/runner-7/" + version.name();

        assertThat(send("runner", version, "PUT", name, "").body())
                .contains("\"author\":\"certificate/CN=runner-7,OU=ci,O=Acme\"");
        assertThat(send("runner", version, "GET", name, "").body()).isEqualTo(TestStates.state(1));
        assertThat(send("runner", version, "GET", "/v1/states/hosts/runner-8/x", "")
                        .statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void whoShowsNoneIsAskedForAnother(HttpClient.Version version) throws Exception {
        HttpResponse<String> answer = send("", version, "GET", "/v1/states", "");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().allValues("WWW-Authenticate")).hasSize(2);
        assertThat(answer.headers().firstValue("Strict-Transport-Security")).isPresent();
        assertThat(send("", version, "GET", "/v1/states//x", "").statusCode()).isEqualTo(400);
        assertThat(send("", version, "GET", "/v1/states", "Bearer " + TOKEN).statusCode())
                .isEqualTo(200);
    }

    /** Its other services may have no TLS. */
    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void localhostIsNotBoundToTls(HttpClient.Version version) throws Exception {
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(CERTIFICATES.context(""))
                .version(version)
                .build()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + server.getPort() + "/v1/states"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(answer.headers().firstValue("X-Frame-Options")).isPresent();
            assertThat(answer.headers().firstValue("Strict-Transport-Security")).isEmpty();
        }
    }

    @Test
    void aHeaderGoesBeforeACertificate() throws Exception {
        HttpClient.Version version = HttpClient.Version.HTTP_1_1;

        assertThat(send("runner", version, "GET", "/v1/states/hosts/runner-7/x", "Bearer " + TOKEN)
                        .statusCode())
                .isEqualTo(404);
        assertThat(send("runner", version, "GET", "/v1/states", "Bearer kst_wrong")
                        .statusCode())
                .isEqualTo(401);
    }

    /** An attribute is one, whatever characters are in it: no name can pose as more than it is. */
    @Test
    void aNameWithACommaIsOneAttribute() throws Exception {
        assertThat(send("posing", HttpClient.Version.HTTP_1_1, "PUT", "/v1/states/hosts/runner-7/posing", "")
                        .statusCode())
                .isEqualTo(404);
        assertThat(RequestCredentials.of(read("posing")))
                .isInstanceOfSatisfying(
                        Credential.Certificate.class,
                        certificate -> assertThat(certificate.attributes())
                                .containsEntry("cn", List.of("runner-7,OU=ci"))
                                .doesNotContainKey("ou"));
    }

    @Test
    void aCertificateOfAnotherAuthorityEndsTheConnection() throws Exception {
        Path folder = TlsAccessProfile.CERTIFICATES.resolveSibling("others");
        TestCertificates others = TestCertificates.in(folder);
        others.client("runner", "CN=runner-7,OU=ci,O=Acme");
        Files.copy(
                CERTIFICATES.file("trust.p12"),
                folder.resolve("trust.p12"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(others.context("runner")).build()) {
            assertThatThrownBy(() -> client.send(
                            HttpRequest.newBuilder(server.resolve("/v1/states")).build(),
                            HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
        }
    }

    private static X509Certificate read(String alias) throws Exception {
        try (var in = Files.newInputStream(CERTIFICATES.file(alias + ".pem"))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
