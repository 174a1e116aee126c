package io.kolumn.state;

import java.nio.file.Path;

/** Where tests keep files that readers may want to see afterwards. */
public final class TestFolder {

    private TestFolder() {}

    /** A folder of this JVM alone, which is not made yet: tests run in several at once. */
    public static Path named(String name) {
        return Path.of("target", "tests", String.valueOf(ProcessHandle.current().pid()), name)
                .toAbsolutePath();
    }
}
