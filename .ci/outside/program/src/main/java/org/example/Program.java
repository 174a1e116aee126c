package org.example;

import io.kolumn.state.LockInfo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.BackendConfig;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.encryption.keys.EncryptionConfig;
import io.kolumn.state.store.StoreProvider;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.logging.LogManager;

/** Writes states to local files, encrypted ones too, in a program without a container. */
public final class Program {

    private static final StateName NAME = StateName.of("team-a/demo");
    private static final StateDocument DOCUMENT =
            StateDocument.parse("{\"version\": 4, \"serial\": 1}".getBytes(StandardCharsets.UTF_8));

    private Program() {}

    /** @param args the folder to write to */
    public static void main(String[] args) {
        BackendFactory factory = BackendFactory.withBuiltIns();
        expect(
                factory.types().stream().map(StoreProvider::type).toList().equals(List.of("local", "memory")),
                "the types");
        try (StateBackend states =
                factory.create("local", Map.of("path", args[0] + "/plain/states.klstate", "backup_count", "20"))) {
            write(states);
        }
        var encrypted = Map.of(
                "backend", "local",
                "local.path", args[0] + "/encrypted/states.klstate",
                "retention.sessions", "3",
                "encryption.key-provider", "local",
                "encryption.local.keys", EncryptionConfig.newLocalKey("mine"));
        try (StateBackend states = BackendConfig.of(factory, encrypted).open()) {
            write(states);
        }
        refuse(factory, Map.of("backend", "memory", "access.file", "x"), "kolumn.state.access.file");
        refuse(
                factory,
                Map.of(
                        "encryption.key-provider",
                        "aws-kms",
                        "encryption.aws_kms.key",
                        "arn:aws:kms:eu-west-1:111122223333:key/a"),
                "software.amazon.awssdk:kms");
        expect(LogManager.getLogManager().getClass() == LogManager.class, "the log manager of the JDK");
        System.out.println("written");
    }

    private static void write(StateBackend states) {
        var lock = states.lock(NAME, LockInfo.of("1", "ada", "deploy"), LockOptions.none())
                .lock();
        states.put(NAME, DOCUMENT, WriteOptions.by("ada").withLock(lock.id()));
        states.unlock(NAME, lock.id());
        expect(states.get(NAME).orElseThrow().document().equals(DOCUMENT), "the document");
    }

    private static void refuse(BackendFactory factory, Map<String, String> config, String word) {
        try {
            BackendConfig.of(factory, config);
        } catch (StateException.Configuration e) {
            expect(String.valueOf(e.getMessage()).contains(word), word + " in: " + e.getMessage());
            return;
        }
        throw new AssertionError("no word of " + word);
    }

    private static void expect(boolean held, String what) {
        if (!held) {
            throw new AssertionError("not as expected: " + what);
        }
    }
}
