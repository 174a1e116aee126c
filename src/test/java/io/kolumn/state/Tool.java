package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A program that tests drive and a fresh machine may lack. In CI it is there, or {@code .ci/run} has said that it is not. */
public final class Tool {

    private Tool() {}

    /** Whether it is on the PATH; without it tests skip themselves, in CI only where {@code KOLUMN_CI_WITHOUT} names it. */
    public static boolean installed(String program) {
        if (Arrays.stream(System.getenv("PATH").split(":", -1))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)))) {
            return true;
        }
        if (System.getenv("CI") != null) {
            assertThat(List.of(System.getenv()
                            .getOrDefault("KOLUMN_CI_WITHOUT", "")
                            .split(" ")))
                    .as("%s is not on the PATH, and CI must not skip it", program)
                    .contains(program);
        }
        return false;
    }

    public static boolean tofu() {
        return installed("tofu");
    }

    public static boolean versitygw() {
        return installed("versitygw");
    }
}
