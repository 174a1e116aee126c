package io.kolumn.state.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** nginx on loopback with files of any size: what a static file costs on this machine. */
final class Nginx implements AutoCloseable {

    private final Process process;
    private final int port;
    private final Path files;

    private Nginx(Process process, int port, Path files) {
        this.process = process;
        this.port = port;
        this.files = files;
    }

    /** Returns a server in a folder of its own, or empty if nginx is not installed. */
    static Optional<Nginx> start(Path folder) throws IOException, InterruptedException {
        Optional<Path> program = Programs.find("nginx", Stream.of(Path.of("/usr/sbin")));
        if (program.isEmpty()) {
            return Optional.empty();
        }
        Path files = Files.createDirectories(folder.resolve("files"));
        int port = Service.freePort();
        Path configuration = folder.resolve("nginx.conf");
        boolean root = System.getProperty("user.name").equals("root");
        Files.writeString(
                configuration,
                (root ? "user root;\n" : "") + "worker_processes auto; daemon off; pid " + folder.resolve("pid")
                        + "; error_log " + folder.resolve("error.log") + ";\n"
                        + "events { worker_connections 1024; }\n"
                        + "http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;"
                        + " default_type application/json;\n"
                        + Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
                                .map(what -> what + "_temp_path " + folder.resolve(what) + ";\n")
                                .reduce("", String::concat)
                        + "server { listen 127.0.0.1:" + port + "; root " + files + "; } }\n");
        Process process =
                Programs.start(new ProcessBuilder(List.of(program.get().toString(), "-c", configuration.toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("nginx.log").toFile()));
        Nginx nginx = new Nginx(process, port, files);
        nginx.file(Documents.LEAST);
        for (int tries = 0; ; tries++) {
            try (Client client = new Client(port)) {
                client.send("GET", "/" + Documents.LEAST, new byte[0]);
                return Optional.of(nginx);
            } catch (IOException e) {
                if (tries == 100 || !process.isAlive()) {
                    process.destroy();
                    throw new IOException("nginx did not start: " + Files.readString(folder.resolve("nginx.log")), e);
                }
                Thread.sleep(50);
            }
        }
    }

    private void file(int size) throws IOException {
        Path file = files.resolve(Integer.toString(size));
        if (!Files.exists(file)) {
            Files.write(file, new Documents(size).next());
        }
    }

    /** Returns a client that reads a file of this size again and again. */
    Storage.BareCall get(int size) throws IOException {
        file(size);
        Client client = new Client(port);
        return new Storage.BareCall() {
            @Override
            public void once() throws IOException {
                if (client.send("GET", "/" + size, new byte[0]) != size) {
                    throw new IOException("nginx sent other bytes");
                }
            }

            @Override
            public void close() throws IOException {
                client.close();
            }
        };
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join(); // its folder goes next
    }
}
