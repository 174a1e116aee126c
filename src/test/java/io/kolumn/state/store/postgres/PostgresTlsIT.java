package io.kolumn.state.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.http.PackagedService;
import io.kolumn.state.http.Wire;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service and a server that proves who it is by a certificate of its own. */
class PostgresTlsIT {

    private static final String DRIVER = "-Dquarkus.datasource.jdbc.additional-jdbc-properties.";
    private static final String PASSWORD = "changeit";

    @TempDir
    static Path folder;

    private static TestPostgres server;
    private static Path certificate;

    @BeforeAll
    static void startTheDatabase() throws Exception {
        server = TestPostgres.embedded();
        KeyStore keys = keys();
        certificate =
                pem("server.crt", "CERTIFICATE", keys.getCertificate("server").getEncoded());
        Key key = keys.getKey("server", PASSWORD.toCharArray());
        Path data = Path.of(server.ask("SHOW data_directory"));
        Path keyFile = pem("server.key", "PRIVATE KEY", key.getEncoded());
        for (Path file : List.of(certificate, keyFile)) {
            Path copy = Files.copy(file, data.resolve(file.getFileName().toString()));
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
            server.give(copy);
        }
        server.execute("ALTER SYSTEM SET ssl = on");
        server.execute("SELECT pg_reload_conf()");
    }

    @AfterAll
    static void stopTheDatabase() {
        server.close();
    }

    private static KeyStore keys() throws Exception {
        Path store = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    }

    private static Path pem(String name, String what, byte[] bytes) throws Exception {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return Files.writeString(
                folder.resolve(name),
                "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n",
                StandardCharsets.US_ASCII);
    }

    private static PackagedService service(String host, String... more) {
        List<String> options = new ArrayList<>(List.of(
                "-Xmx256m",
                "-Dkolumn.state.backend=postgres",
                "-Dkolumn.state.postgres.host=" + host,
                "-Dkolumn.state.postgres.port=" + server.port(),
                "-Dkolumn.state.postgres.database=postgres",
                "-Dkolumn.state.postgres.username=postgres",
                "-Dkolumn.state.postgres.ssl-mode=verify-full"));
        options.addAll(List.of(more));
        return PackagedService.start(folder, Map.of(), options);
    }

    @Test
    void aServerWhoseCertificateIsTrustedAndNamesItIsUsed() {
        try (PackagedService service = service("localhost", DRIVER + "sslrootcert=" + certificate)) {
            Wire wire = service.wire();

            await().untilAsserted(() ->
                    assertThat(wire.get("/q/health/ready").status()).isEqualTo(200));
            assertThat(server.ask("SELECT bool_or(ssl) FROM pg_stat_ssl WHERE pid <> pg_backend_pid()"))
                    .isEqualTo("t");
        }
    }

    @Test
    void aServerWhoseCertificateIsNotTrustedIsRefused() {
        try (PackagedService service = service("localhost")) {
            refusedForTls(service.wire());
        }
    }

    @Test
    void aServerWhoseCertificateNamesAnotherHostIsRefused() {
        try (PackagedService service = service("127.0.0.1", DRIVER + "sslrootcert=" + certificate)) {
            refusedForTls(service.wire());
        }
    }

    /** A first connection on a busy machine may take longer than a check waits. */
    private static void refusedForTls(Wire wire) {
        await().untilAsserted(() -> {
            assertThat(wire.get("/q/health/ready").status()).isEqualTo(503);
            assertThat(wire.get("/v1/backend").json().at("/check/problem").asText())
                    .containsIgnoringCase("tls");
        });
    }
}
