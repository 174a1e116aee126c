package io.kolumn.state.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.TlsProfile;
import io.kolumn.state.http.Wire;
import io.kolumn.state.security.TestCertificates;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The real {@code terraform} over the service's own TLS, where it speaks HTTP/2 and asks for gzip. */
@PackagedTest(TlsProfile.class)
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class RealTerraformTlsIT {

    /** A state of some ten kilobytes: smaller ones are not compressed. */
    private static final String RESOURCES = """
            resource "terraform_data" "app" {
              count = 20
              input = "value ${count.index} ${join(" ", range(40))}"
            }
            """;

    private static final String NAME = "tls/prod";
    private static final int COMPRESSED_FROM = 2048;

    @TestHTTPResource
    URI server;

    @TestHTTPResource(tls = true)
    URI encrypted;

    @TempDir
    Path folder;

    private Wire wire;
    private Terraform terraform;

    static boolean installed() {
        return Terraform.installed();
    }

    @BeforeEach
    void connect() {
        wire = Wire.to(server);
        String url = "https://127.0.0.1:" + encrypted.getPort() + "/terraform/" + NAME;
        terraform = new Terraform(folder).write("main.tf", RESOURCES).write("backend.tf", """
                terraform {
                  backend "http" {
                    address        = "%1$s"
                    lock_address   = "%1$s"
                    unlock_address = "%1$s"
                    retry_max      = 1
                    client_ca_certificate_pem = <<-PEM
                %2$sPEM
                  }
                }
                """.formatted(
                        url, TestCertificates.of(TlsProfile.CERTIFICATES).authority()));
    }

    @Test
    void aWholeCycle() {
        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        assertThat(wire.get("/v1/states/" + NAME).body()).hasSizeGreaterThan(COMPRESSED_FROM);
        assertNoChanges();

        terraform
                .run("state", "mv", "terraform_data.app[0]", "terraform_data.other")
                .succeeded();
        assertThat(terraform.run("state", "list").succeeded().output())
                .contains("terraform_data.other", "terraform_data.app[19]")
                .doesNotContain("terraform_data.app[0]");
        terraform
                .run("state", "mv", "terraform_data.other", "terraform_data.app[0]")
                .succeeded();
        assertNoChanges();
        terraform.run("state", "rm", "terraform_data.app[19]").succeeded();
        assertThat(terraform.run("plan", "-detailed-exitcode").code()).isEqualTo(2);
        terraform.run("apply", "-auto-approve").succeeded();

        lock("holder-1");
        assertThat(terraform.run("apply", "-auto-approve").failed().output()).contains("already locked: ID=holder-1");
        terraform.run("force-unlock", "-force", "holder-1").succeeded();
        assertThat(wire.get("/v1/locks/" + NAME).status()).isEqualTo(404);
        assertNoChanges();

        terraform.run("destroy", "-auto-approve").succeeded();
        JsonNode left = wire.get("/v1/states/" + NAME).json();
        assertThat(left.path("resources")).isEmpty();
        assertThat(wire.get("/v1/locks/" + NAME).status()).isEqualTo(404);
    }

    private void assertNoChanges() {
        assertThat(terraform.run("plan", "-detailed-exitcode").succeeded().output())
                .contains("No changes");
    }

    private void lock(String id) {
        assertThat(wire.request("LOCK", "/terraform/" + NAME)
                        .json(TestStates.lockInfo(id))
                        .send()
                        .status())
                .isEqualTo(200);
    }
}
