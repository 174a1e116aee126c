package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.Wire;
import io.kolumn.state.terraform.Terraform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** Folders of the real {@code terraform} whose states are workspaces of a service, in an organization of their own. */
final class CloudFolders {

    static final String RESOURCE = """
            resource "terraform_data" "app" { input = "hello" }
            output "greeting" { value = terraform_data.app.output }
            output "secret" {
              value     = "s3cr3t"
              sensitive = true
            }
            """;

    private final Path folder;
    private final URI server;
    private final String organization;
    private final String token;

    private CloudFolders(Path folder, URI server, String organization, String token) {
        this.folder = folder;
        this.server = server;
        this.organization = organization;
        this.token = token;
    }

    static CloudFolders of(Path folder, URI server) {
        return new CloudFolders(folder, server, "real-" + UUID.randomUUID(), "any");
    }

    CloudFolders organization(String other) {
        return new CloudFolders(folder, server, other, token);
    }

    CloudFolders token(String other) {
        return new CloudFolders(folder, server, organization, other);
    }

    /** The same workspaces, found elsewhere. */
    CloudFolders at(URI other) {
        return new CloudFolders(folder, other, organization, token);
    }

    String organization() {
        return organization;
    }

    /** The name of the state of a workspace. */
    String state(String name) {
        return organization + "/" + name;
    }

    Terraform cloud(String workspaces, String resources) {
        return folder(cloudBlock(workspaces) + resources);
    }

    Terraform remote(String workspaces, String resources) {
        return folder(remoteBlock(workspaces) + resources);
    }

    String cloudBlock(String workspaces) {
        return block("cloud", workspaces);
    }

    String remoteBlock(String workspaces) {
        return block("backend \"remote\"", workspaces);
    }

    private String block(String kind, String workspaces) {
        return """
                terraform {
                  %s {
                    hostname     = "%s"
                    organization = "%s"
                    workspaces {
                      %s
                    }
                  }
                }
                """.formatted(kind, server.getAuthority(), organization, workspaces);
    }

    /** A folder for processes that share an address, as if discovery had given it to all of them. */
    Terraform folder(String text) {
        return folder(text, "/api/v2/p/" + UUID.randomUUID().toString().replace("-", "") + "/");
    }

    /** A folder whose processes find the API at this path. */
    Terraform folder(String text, String path) {
        return empty().configured("""
                host "%1$s" {
                  services = { "tfe.v2" = "%2$s", "tfe.v2.1" = "%2$s", "state.v2" = "%2$s" }
                }
                """.formatted(server.getAuthority(), server.resolve(path)) + credentials())
                .write("main.tf", text);
    }

    /** A folder whose processes ask for the address of the API, as they do without any configuration. */
    Terraform discovering(String text, Path authority) {
        return empty().configured(credentials())
                .environment("SSL_CERT_FILE", authority.toAbsolutePath().toString())
                .write("main.tf", text);
    }

    private String credentials() {
        return "credentials \"" + server.getAuthority() + "\" { token = \"" + token + "\" }\n";
    }

    private Terraform empty() {
        try {
            return new Terraform(Files.createTempDirectory(folder, "workspaces"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of the states of the organization, whoever made them. */
    List<String> names() {
        return wire().get("/v1/states?prefix=" + organization + "/")
                .json()
                .path("states")
                .valueStream()
                .map(state -> state.path("name").asText())
                .toList();
    }

    JsonNode versions(String name) {
        return wire().get("/v1/versions/" + state(name)).json().path("versions");
    }

    TfeClient api() {
        return TfeClient.tool(server);
    }

    Wire wire() {
        return Wire.to(server);
    }
}
