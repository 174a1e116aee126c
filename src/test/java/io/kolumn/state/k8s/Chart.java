package io.kolumn.state.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The chart, and what Helm makes of it with values as somebody would write them. */
final class Chart implements BeforeAllCallback, AfterAllCallback {

    static final Path FOLDER = Path.of("charts/kolumn-state");
    static final String NAMESPACE = "states";

    private HelmProcess helm;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        helm = HelmProcess.start();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        helm.close();
    }

    List<Manifest> render(String release, String values) throws IOException {
        String made = helm.ask("template", FOLDER, release, NAMESPACE, values);
        return Manifest.all(new ByteArrayInputStream(made.getBytes(StandardCharsets.UTF_8)));
    }

    String notes(String values) {
        return helm.ask("notes", FOLDER, "kolumn-state", NAMESPACE, values);
    }

    String lint() {
        return helm.ask("lint", FOLDER, "kolumn-state", NAMESPACE, "");
    }

    /** What is said of values that are not taken. */
    AbstractStringAssert<?> assertRefused(String values) {
        try {
            helm.ask("template", FOLDER, "kolumn-state", NAMESPACE, values);
        } catch (HelmProcess.Refused refused) {
            return assertThat(refused.getMessage()).as("what is said of:%n%s", values);
        }
        throw new AssertionError("These values are accepted:\n" + values);
    }
}
