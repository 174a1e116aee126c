package io.kolumn.state;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;

/**
 * Where the servers of PostgreSQL and S3 come from that tests share: containers where a Docker engine answers, and elsewhere
 * the binaries that Maven fetches. {@code KOLUMN_TEST_SERVERS} ({@code containers}, {@code embedded}) decides it otherwise.
 * Tests that play faults, or look into a server's files, have an embedded one anywhere.
 */
public enum TestServers {
    CONTAINERS,
    EMBEDDED;

    static final String SWITCH = "KOLUMN_TEST_SERVERS";

    private static final class Chosen {
        private static final TestServers ONCE = choose(System.getenv(SWITCH), TestServers::engineOfThisMachine);
    }

    /** The same for all tests of a JVM. */
    public static TestServers chosen() {
        return Chosen.ONCE;
    }

    /** For tests that only containers can run. */
    public static boolean containers() {
        return chosen() == CONTAINERS;
    }

    static TestServers choose(@Nullable String wished, BooleanSupplier engine) {
        return switch (wished == null ? "" : wished.strip()) {
            case "" -> engine.getAsBoolean() ? CONTAINERS : EMBEDDED;
            case "embedded" -> EMBEDDED;
            case "containers" -> {
                if (!engine.getAsBoolean()) {
                    throw new IllegalStateException(
                            SWITCH + "=containers: no Docker engine of this machine answers. Start one, or unset it.");
                }
                yield CONTAINERS;
            }
            default -> throw new IllegalStateException(SWITCH + "=" + wished + ": must be containers or embedded");
        };
    }

    /** What stands before a server in tests looks for it on loopback: an engine elsewhere is none. */
    private static boolean engineOfThisMachine() {
        DockerClientFactory docker = DockerClientFactory.instance();
        try {
            return docker.isDockerAvailable()
                    && InetAddress.getByName(docker.dockerHostIpAddress()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says what was chosen, as a JVM of its own. */
    public static void main(String... args) {
        System.out.println(chosen());
    }
}
