package io.kolumn.state.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.http.PackagedService;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve --dev-cert} of the packaged service, asked by a client that trusts nothing but its certificate. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere a program reads no file with certificates")
class DevCertificateIT {

    private static final Pattern LISTENING = Pattern.compile("and (https://127\\.0\\.0\\.1:\\d+)");
    private static final Pattern VARIABLE = Pattern.compile("(\\w+)=(\\S+)");

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    static boolean installed() {
        return Terraform.installed();
    }

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private Path log(Process process) {
        return folder.resolve("service-" + started.indexOf(process) + ".log");
    }

    private Process serve(String... options) throws Exception {
        List<String> all = new ArrayList<>(
                List.of("-Dkolumn.state.backend=memory", "-Dquarkus.http.port=0", "-Dquarkus.http.ssl-port=0"));
        all.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(PackagedService.command(all, "serve", "--dev-cert"))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(
                        folder.resolve("service-" + started.size() + ".log").toFile());
        builder.environment().put("XDG_DATA_HOME", folder.resolve("data").toString());
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private Path certificate() {
        return folder.resolve("data/kolumn-state/dev-cert/cert.pem");
    }

    /** The two lines that it printed, once it listens. */
    private List<String> lines(Process process) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(log(process)).content().contains("export TF_CLOUD_HOSTNAME="));
        return content(process)
                .lines()
                .filter(line -> line.startsWith("export "))
                .toList();
    }

    private String content(Process process) {
        try {
            return Files.readString(log(process));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private URI address(Process process) {
        Matcher matcher = LISTENING.matcher(content(process));
        assertThat(matcher.find()).isTrue();
        return URI.create(matcher.group(1));
    }

    private int status(URI address) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(certificate())) {
            store.setCertificateEntry(
                    "dev", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            return client.send(
                            HttpRequest.newBuilder(address.resolve("/q/health/live"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    @Test
    void itServesHttpsWithACertificateThatIsKept() throws Exception {
        Process first = serve();
        lines(first);
        String made = Files.readString(certificate());
        assertThat(content(first)).contains("Made a certificate for this machine: " + certificate());
        assertThat(status(address(first))).isEqualTo(200);
        assertThat(status(URI.create("https://localhost:" + address(first).getPort())))
                .isEqualTo(200);

        Process second = serve();
        lines(second);
        assertThat(content(second)).doesNotContain("Made a certificate");
        assertThat(certificate()).hasContent(made);
        assertThat(status(address(second))).isEqualTo(200);
    }

    @Test
    void anotherCertificateEndsTheStartWithItsName() throws Exception {
        Process process = serve("-Dquarkus.tls.key-store.p12.path=server.p12");

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isNotZero();
        assertThat(content(process))
                .contains("--dev-cert cannot be combined with quarkus.tls.key-store.p12.path")
                .doesNotContain("\tat ");
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() throws Exception {
        Files.createFile(folder.resolve("data"));
        Process process = serve();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(content(process)).contains(folder.resolve("data").toString()).doesNotContain("\tat ");
    }

    @Test
    @Tag("terraform")
    @EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
    void theTwoLinesAreAllThatTerraformNeeds() throws Exception {
        Path configuration = Files.createDirectories(folder.resolve("configuration"));
        Terraform terraform = new Terraform(configuration).write("main.tf", """
                terraform {
                  backend "http" {}
                }
                resource "terraform_data" "app" {
                  input = "value"
                }
                """);
        List<String> lines = lines(serve());
        assertThat(lines).hasSize(2);
        variables(lines.getLast(), terraform);
        assertThat(terraform.run("init").failed().output()).contains("certificate signed by unknown authority");

        variables(lines.getFirst(), terraform);
        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        assertThat(terraform.run("plan").succeeded().output()).contains("No changes");
    }

    @Test
    @Tag("terraform")
    @EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
    void withATokenTheyServeACloudBlockToo() throws Exception {
        Path configuration = Files.createDirectories(folder.resolve("cloud"));
        Process process = serve();
        List<String> lines = lines(process);
        String host = "localhost:" + address(process).getPort();
        assertThat(content(process)).contains("run 'terraform login " + host + "'");
        Terraform terraform = new Terraform(configuration)
                .configured("credentials \"" + host + "\" { token = \"any\" }")
                .write("main.tf", """
                        terraform {
                          cloud {
                            workspaces { name = "app" }
                          }
                        }
                        resource "terraform_data" "app" {
                          input = "value"
                        }
                        """);
        lines.forEach(line -> variables(line, terraform));

        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        assertThat(terraform.run("workspace", "list").succeeded().output()).contains("* app");
        terraform.run("destroy", "-auto-approve").succeeded();
    }

    private static void variables(String line, Terraform terraform) {
        VARIABLE.matcher(line).results().forEach(found -> terraform.environment(found.group(1), found.group(2)));
    }
}
