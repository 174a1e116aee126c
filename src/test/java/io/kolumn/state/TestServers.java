package io.kolumn.state;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
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

    /** Asked once in a JVM, whose properties are one for all class loaders that Quarkus's tests bring. */
    public static TestServers chosen() {
        Object chosen = System.getProperties()
                .computeIfAbsent(
                        TestServers.class.getName(),
                        first -> choose(System.getenv(SWITCH), TestServers::engineOfThisMachine)
                                .name());
        return valueOf(chosen.toString());
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

    /**
     * What stands before a server in tests looks for it on loopback: an engine elsewhere is none. Testcontainers tells at length of
     * an engine that is not there, which is not an error here.
     */
    private static boolean engineOfThisMachine() {
        Logger log = Logger.getLogger("org.testcontainers");
        Level level = log.getLevel();
        log.setLevel(Level.OFF);
        try {
            DockerClientFactory docker = DockerClientFactory.instance();
            return docker.isDockerAvailable()
                    && InetAddress.getByName(docker.dockerHostIpAddress()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        } finally {
            log.setLevel(level);
        }
    }

    /** Says what was chosen, as a JVM of its own. */
    public static void main(String... args) {
        System.out.println(chosen());
    }
}
