package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.cli.TestRunner.Ended;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.server.TestConfig;
import io.kolumn.state.store.memory.MemoryStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people get wrong: each mistake has its exit code and a sentence that leads on, without a trace and without a class. */
class MistakesTest {

    /** The name of a Java class, or what only a programmer reads. */
    private static final String JAVA =
            "(?s).*(\\tat |\\b(java|javax|io|com|org|picocli)(\\.[a-z]+)+\\.[A-Z]|[a-z](Exception|Error)\\b|This is a bug|null).*";

    @TempDir
    Path folder;

    private final StateBackend backend =
            new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults());

    private TestRunner program() throws IOException {
        Path access = Files.writeString(folder.resolve("access.properties"), """
                issuer.github.url=https://ci.example.org
                issuer.github.audience=kolumn
                user.ada.hash=pbkdf2-sha256:100000:AAAAAAAAAAAAAAAAAAAAAA:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU
                policy.all.subjects=authenticated
                policy.all.states=**
                policy.all.roles=reader
                """);
        return new TestRunner(backend)
                .configured(() -> TestConfig.of(Map.of("kolumn.state.access.file", access.toString())));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Ended run(String line) throws IOException {
        String[] words = line.replace("DIR", folder.toString())
                .replace("PORT", Integer.toString(freePort()))
                .split(" ");
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i].replace('_', ' ');
        }
        return program().run(words);
    }

    /** An underscore is a space within an argument. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            get a DIR/nosuch/a.tfstate                  | 1 | There is no folder DIR/nosuch
            get a DIR                                   | 1 | DIR is a folder
            export DIR/nosuch/all.tar                   | 1 | There is no folder DIR/nosuch
            put a DIR/nosuch.tfstate                    | 1 | There is no file DIR/nosuch.tfstate
            get a --version 0                           | 1 | Versions start at 1
            get a --version newest                      | 2 | 'newest' is not a whole number
            get a --at yesterday                        | 2 | 'yesterday' is not a time such as 2026-
            get a --version 99999999999999999999        | 2 | is not a whole number
            put a DIR/b.tfstate --if-version 5          | 5 | it must be at version 5
            put a DIR/b.tfstate --if-absent             | 5 | it must not exist
            history a --limit 0                         | 2 | --limit=0
            history a --limit -3                        | 2 | --limit=-3
            history nosuch                              | 3 | There is no state 'nosuch'
            verify nosuch                               | 3 | with the prefix 'nosuch'
            ls nosuch                                   | 3 | with the prefix 'nosuch'
            ls -o yaml                                  | 2 | 'yaml' is not one of table, json
            ls --sever http://localhost                 | 2 | Did you mean '--server'?
            lss                                         | 2 | Did you mean 'ls'?
            keys rotat                                  | 2 | Did you mean 'rotate'?
            help migrat                                 | 2 | Did you mean 'migrate'?
            ls a b                                      | 2 | 'b' is an unexpected argument
            get                                         | 2 | Missing: NAME
            renew a l-1                                 | 2 | Missing: --ttl=DURATION
            lock a --ttl soon                           | 2 | 'soon' is not a duration such as 30s, 10m
            lock a --ttl 1s                             | 1 | ttl
            ls --server ht_tp://x                       | 2 | is not a URL such as https://
            ls --server localhost:8080                  | 2 | is not a URL such as https://
            ls --server http://nosuch.invalid           | 6 | the host name is not known
            ls --server http://127.0.0.1:PORT           | 6 | nothing accepts connections there (connection refused)
            health --server http://127.0.0.1:PORT       | 6 | nothing accepts connections there (connection refused)
            health --server http://nosuch.invalid       | 6 | the host name is not known
            ls --backend locl                           | 1 | is not a type of storage
            ls --backend local --set pth=x              | 1 | did you mean 'path'?
            ls --backend local --set path=              | 1 | is empty
            ls --backend local --set path=DIR/no/k      | 6 | There is no storage at DIR/no/k
            ls --backend local --set-file path=DIR/no   | 1 | cannot be read: no such file or folder: DIR/no
            ls --backend memory                         | 1 | Use --server to reach the service that has it
            put a DIR/a.tfstate --backend memory        | 1 | lose all changes
            migrate --to memory                         | 1 | would lose the states when this command ends
            migrate --to locl                           | 1 | is not a type of storage
            migrate --from local --from-set path=DIR/s/k --to local --to-set path=DIR/s/k | 1 | the same storage
            migrate --to local --to-set path=DIR/t/k --prefix nosuch/ | 3 | with the prefix 'nosuch/'
            migrate --to postgres --to-set host=127.0.0.1 --to-set port=PORT --to-set database=d --to-set username=u --prefix nosuch/ | 6 | connection refused
            migrate --to local --on-conflict overwrite  | 2 | 'overwrite' is not one of fail, skip, replace
            explain --issuer githb read a               | 1 | There is no issuer 'githb'
            explain --user nobody read a                | 1 | There is no user 'nobody'
            explain --user ada peek a                   | 1 | the permissions are all, outputs, read
            token create --name a,b                     | 1 | is not a valid name
            backends postgre                            | 1 | There is no type 'postgre'
            """)
    void aMistakeGetsASentenceThatLeadsOn(String line, int code, String sentence) throws IOException {
        Path document = Files.writeString(folder.resolve("a.tfstate"), TestStates.state(1));
        Files.writeString(folder.resolve("b.tfstate"), TestStates.state(2));
        program().run("put", "a", document.toString());

        Ended ended = run(line);

        assertThat(ended.err()).as(line).contains(sentence.replace("DIR", folder.toString()));
        assertThat(ended.code()).as(ended.err()).isEqualTo(code);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err().replace(folder.toString(), "")).doesNotMatch(JAVA);
    }

    @Test
    void aBugIsNoMistakeAndIsToldAsOne() throws IOException {
        Ended ended = new TestRunner(backend).run("explain", "--anonymous", "read", "a");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).startsWith("This is a bug. Report it").contains("\tat ");
    }
}
