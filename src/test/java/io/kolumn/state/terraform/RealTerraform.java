package io.kolumn.state.terraform;

import io.kolumn.state.http.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A real client on a service. */
abstract class RealTerraform {

    @TestHTTPResource
    URI server;

    @TempDir
    Path folder;

    Wire wire;

    static boolean installed() {
        return Terraform.installed();
    }

    /** Which client: a subclass has another. */
    String program() {
        return "terraform";
    }

    @BeforeEach
    void connect() {
        wire = Wire.to(server);
    }

    /** The file that names the state as the client's backend. */
    String backend(String name) {
        return backend(server, name, "");
    }

    /** As {@link #backend(String)}, at another address of the service, with more lines. */
    static String backend(URI at, String name, String more) {
        return """
                terraform {
                  backend "http" {
                    address        = "%1$s"
                    lock_address   = "%1$s"
                    unlock_address = "%1$s"
                    %2$s
                  }
                }
                """.formatted(at.resolve("/terraform/" + name), more);
    }
}
