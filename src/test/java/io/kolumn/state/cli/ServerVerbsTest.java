package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateBackend;
import io.kolumn.state.cli.TestProgram.Ended;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** Over a running service. */
@QuarkusTest
class ServerVerbsTest extends VerbsTest {

    @TestHTTPResource("/")
    URI server;

    /** So that no verb can take the storage instead. */
    @Inject
    StateBackend served;

    @Override
    TestProgram program() {
        return new TestProgram(served, "--server", server.toString());
    }

    @Override
    String author() {
        return "-";
    }

    @Test
    void theConfigurationOfTheServiceIsShown() {
        assertThat(program().run("config").out()).contains("kolumn.state.backend", "memory");
    }

    @Test
    void whatNeedsTheStorageSaysSo() {
        Ended ended = program().run("export", "-");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("works on a storage itself");
    }

    @Test
    void aServiceThatIsNotThereIsUnavailable() {
        Ended ended = new TestProgram(served).run("ls", "--server", "http://127.0.0.1:1");

        assertThat(ended.code()).isEqualTo(6);
        assertThat(ended.err()).contains("http://127.0.0.1:1 does not answer");
    }

    @Test
    void anotherPathIsNoService() {
        Ended ended = new TestProgram(served).run("ls", "--server", server + "nowhere");

        assertThat(ended.code()).isEqualTo(6);
        assertThat(ended.err()).contains("Not Found");
    }
}
