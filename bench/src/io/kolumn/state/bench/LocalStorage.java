package io.kolumn.state.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/** Memory and local files. Beside a PUT stands an atomic and durable replacement of a file, beside a GET nginx. */
final class LocalStorage implements Storage {

    private final String name;
    private final Path folder;
    private final Optional<Nginx> nginx;

    /** @param name {@code memory} or {@code local} */
    LocalStorage(String name, Path folder, Optional<Nginx> nginx) {
        this.name = name;
        this.folder = folder;
        this.nginx = nginx;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Map<String, String> settings(Subject subject) {
        if (name.equals("memory")) {
            return Map.of("kolumn.state.backend", "memory");
        }
        Path file = folder.resolve(subject.label().replace(' ', '-')).resolve("kolumn.klstate");
        return Map.of("kolumn.state.backend", "local", "kolumn.state.local.path", file.toString());
    }

    @Override
    public Optional<BareCall> bare(Operation operation, int size, int client) throws IOException {
        if (operation == Operation.GET && nginx.isPresent()) {
            return Optional.of(nginx.get().get(size));
        }
        if (operation == Operation.PUT && name.equals("local")) {
            return Optional.of(replacement(
                    Files.createDirectories(folder.resolve("bare").resolve(size + "-" + client)), new Documents(size)));
        }
        return Optional.empty();
    }

    private static BareCall replacement(Path own, Documents documents) {
        Path temporary = own.resolve("temporary");
        Path file = own.resolve("file");
        return new BareCall() {
            @Override
            public void once() throws IOException {
                try (FileChannel out =
                        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                    ByteBuffer bytes = ByteBuffer.wrap(documents.next());
                    while (bytes.hasRemaining()) {
                        out.write(bytes);
                    }
                    out.force(false);
                }
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                try (FileChannel names = FileChannel.open(own, StandardOpenOption.READ)) {
                    names.force(true);
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public String bareLabel(Operation operation) {
        return operation == Operation.GET ? "nginx" : "write, fdatasync, rename, fsync of the folder";
    }

    @Override
    public void close() {}
}
