package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.cli.TestRunner.Ended;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.store.memory.MemoryStore;
import io.kolumn.state.store.postgres.TestPostgres;
import io.kolumn.state.store.s3.S3Door;
import io.kolumn.state.store.s3.S3Fault;
import io.kolumn.state.store.s3.TestS3;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** Documents and archives that come in, and what is told of them. */
class ImportCommandTest {

    @TempDir
    Path folder;

    private final StateBackend backend =
            new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults());

    private Ended run(String... args) {
        return new TestRunner(backend).run(args);
    }

    private Path file(String path, long serial) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, TestStates.state(serial));
    }

    private String current(String name) {
        byte[] bytes = backend.get(StateName.of(name)).orElseThrow().document().toBytes();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void aFolderIsShownAndThenImported() throws IOException {
        file("network/terraform.tfstate", 3);
        file("apps/web.tfstate", 12);
        backend.put(StateName.of("old/network"), StateDocument.parse(TestStates.state(3)), WriteOptions.none());

        Ended dry = run("import", folder.toString(), "--name-prefix=old/", "--dry-run");
        assertThat(dry.code()).isZero();
        assertThat(dry.out()).startsWith("""
                NAME          WOULD BE    SIZE
                old/apps/web  new        209 B
                old/network   unchanged  208 B
                """);
        assertThat(backend.current(StateName.of("old/apps/web"))).isEmpty();

        Ended real = run("import", folder.toString(), "--name-prefix=old/");
        assertThat(real.code()).isZero();
        assertThat(real.out()).containsPattern("brought +1\n").containsPattern("present +1\n");
        assertThat(current("old/apps/web")).isEqualTo(TestStates.state(12));
    }

    @Test
    void anotherDocumentIsLeftAloneUnlessItIsToBeReplaced() throws IOException {
        file("a.tfstate", 3);
        backend.put(StateName.of("a"), StateDocument.parse(TestStates.state(9)), WriteOptions.none());

        Ended failed = run("import", folder.toString());
        assertThat(failed.code()).isEqualTo(5);
        assertThat(failed.err()).contains("a: State 'a' already has a different document");
        assertThat(run("import", folder.toString(), "--on-conflict=skip").code())
                .isZero();
        assertThat(current("a")).isEqualTo(TestStates.state(9));

        assertThat(run("import", folder.toString(), "--on-conflict=replace").code())
                .isZero();
        assertThat(current("a")).isEqualTo(TestStates.state(3));
        assertThat(backend.history(StateName.of("a"), 10, 10)).hasSize(2);
    }

    @Test
    void anInterruptedImportStopsBeforeTheNextDocument() throws IOException {
        file("a.tfstate", 1);

        Ended ended = new TestRunner(backend).interrupted().run("import", folder.toString());

        assertThat(ended.code()).isEqualTo(130);
        assertThat(ended.err()).contains("Interrupted. Run it again to continue.");
        assertThat(backend.current(StateName.of("a"))).isEmpty();
    }

    @Test
    void whatIsNoStateIsToldAndTheOthersComeIn() throws IOException {
        file("good.tfstate", 1);
        Files.writeString(folder.resolve("broken.tfstate"), "{");

        Ended ended = run("import", folder.toString());

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("broken: broken.tfstate is not a state");
        assertThat(current("good")).isEqualTo(TestStates.state(1));
    }

    @Test
    void whatIsNoNameComesInUnderOneThatStandsForItAndIsShown() throws IOException {
        file("with space.tfstate", 1);
        file("-rf/x.tfstate", 2);

        Ended ended = run("import", folder.toString(), "--name-prefix=old/");

        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.err())
                .contains("'old/with space' is 'old/with_x20_space' here", "'old/-rf/x' is 'old/_x2D_rf/x' here");
        assertThat(current("old/with_x20_space")).isEqualTo(TestStates.state(1));
        assertThat(current("old/_x2D_rf/x")).isEqualTo(TestStates.state(2));
        JsonNode json = json(run("import", folder.toString(), "-o", "json"));
        assertThat(json.at("/renamed/1/from").asText()).isEqualTo("with space");
        assertThat(json.at("/renamed/1/to").asText()).isEqualTo("with_x20_space");
    }

    @Test
    void twoDocumentsNeverBecomeOneState() throws IOException {
        file("with space.tfstate", 1);
        file("with_x20_space.tfstate", 2);

        Ended ended = run("import", folder.toString(), "--on-conflict=replace");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("Another document of this import also has the name 'with_x20_space'");
        assertThat(current("with_x20_space")).isEqualTo(TestStates.state(1));
    }

    @Test
    void everythingInAFolderIsAccountedFor() throws IOException {
        Path outside = Files.createDirectories(folder.resolve("outside/deep"));
        Path inside = Files.createDirectories(folder.resolve("in/net"));
        Path linkToAll = Files.createSymbolicLink(folder.resolve("all"), folder.resolve("in"));
        file("in/net/terraform.tfstate", 1);
        file("in/.terragrunt-stack/vpc/terraform.tfstate", 2);
        file("in/.terraform/terraform.tfstate", 3);
        Files.writeString(folder.resolve("in/main.tf"), "resource {}");
        Files.writeString(folder.resolve("in/net/terraform.tfstate.backup"), "{}");
        Files.writeString(folder.resolve("in/net/.terraform.tfstate.lock.info"), "{}");
        Files.writeString(folder.resolve("in/broken.tfstate"), "{");
        file("outside/far.tfstate", 4);
        file("outside/deep/deeper.tfstate", 5);
        Files.createSymbolicLink(inside.resolve("far.tfstate"), folder.resolve("outside/far.tfstate"));
        Files.createSymbolicLink(inside.resolve("again.tfstate"), inside.resolve("terraform.tfstate"));
        Files.createSymbolicLink(inside.resolve("nothing.tfstate"), folder.resolve("nowhere"));
        Files.createSymbolicLink(inside.resolve("loop"), folder.resolve("in"));
        Files.createSymbolicLink(inside.resolve("up"), folder);
        Files.createSymbolicLink(inside.resolve("deep"), outside);

        Ended ended = run("import", linkToAll.toString(), "-o", "json");

        JsonNode json = json(ended);
        assertThat(ended.code()).isEqualTo(1);
        assertThat(backend.list(ListQuery.all()).heads())
                .extracting(head -> head.name().value())
                .containsExactly(".terragrunt-stack/vpc", "net", "net/deep/deeper", "net/far");
        assertThat(json.get("brought").asInt()).isEqualTo(4);
        assertThat(json.get("failed").asInt()).as("%s", json).isEqualTo(2);
        assertThat(json.get("skipped").asInt()).as("%s", json).isEqualTo(7);
        assertThat(json.get("errors").findValuesAsText("name"))
                .containsExactlyInAnyOrder("broken", "net/nothing.tfstate");
        assertThat(json.get("ignored").findValuesAsText("why"))
                .contains("is a lock", "is a backup of an older state", "is not named *.tfstate or *.klstate")
                .anyMatch(why -> why.contains("data directory"));
    }

    /** One of {@code TF_DATA_DIR}, whose folder has any name. */
    @Test
    void theFileOfADataDirectoryIsNeverAState() throws IOException {
        file("net/terraform.tfstate", 1);
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("terraform.tfstate"), """
                {"version": 3, "terraform_version": "1.11.4",
                 "backend": {"type": "s3", "config": {"secret_key": "hunter2"}, "hash": 1}}""");

        Ended ended = run("import", folder.toString());

        assertThat(ended.code()).isZero();
        assertThat(ended.err())
                .contains("Skipped 1, such as data/terraform.tfstate")
                .doesNotContain("hunter2");
        assertThat(backend.current(StateName.of("data"))).isEmpty();
        assertThat(backend.current(StateName.of("net"))).isPresent();
    }

    @Test
    void whereNoStateIsFoundThatIsNoSuccess() throws IOException {
        Files.writeString(folder.resolve("main.tf"), "resource {}");

        Ended ended = run("import", folder.toString());

        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.err()).contains("No state was found in " + folder);
    }

    @Test
    void aPrefixThatNoNameStartsWithIsRefused() {
        Ended ended = run("import", folder.toString(), "--name-prefix=../");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("--name-prefix=../ is not a prefix of a state name");
    }

    private static JsonNode json(Ended ended) throws IOException {
        return new JsonMapper().readTree(ended.out());
    }

    @Test
    void aTableOfAnotherNameIsReadAndOneThatIsNotThereIsNamed() {
        TestPostgres server = TestPostgres.shared();
        server.execute("""
                CREATE SCHEMA tofu;
                CREATE TABLE tofu."net States" (id bigint PRIMARY KEY, name text UNIQUE, data text);
                INSERT INTO tofu."net States" VALUES (1, 'default', '%s'), (2, 'none', NULL), (3, NULL, '%s')""".formatted(TestStates.state(4), TestStates.state(5)));
        try {
            Ended ended = run(table(server, "tofu", "net States"));

            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.err()).contains("none: Its row has no data", "A row without a name");
            assertThat(ended.out()).containsPattern("brought +1\n").containsPattern("failed +2\n");
            assertThat(current("default")).isEqualTo(TestStates.state(4));

            Ended missing = run(table(server, "tofu", "states"));
            assertThat(missing.code()).isEqualTo(1);
            assertThat(missing.err())
                    .contains("there is no table 'states'", "in the schema 'tofu'", "tofu.net States", "table_name");
        } finally {
            server.execute("DROP SCHEMA tofu CASCADE");
        }
    }

    private static String[] table(TestPostgres server, String schema, String table) {
        return new String[] {
            "import",
            "--from=terraform-pg",
            "--from-set=port=" + server.port(),
            "--from-set=database=postgres",
            "--from-set=username=postgres",
            "--from-set=schema=" + schema,
            "--from-set=table_name=" + table
        };
    }

    @Test
    void theTableOfTerraformsPgBackendIsRead() {
        TestPostgres server = TestPostgres.shared();
        server.execute("""
                CREATE SCHEMA IF NOT EXISTS terraform_remote_state;
                CREATE TABLE terraform_remote_state.states (id bigint PRIMARY KEY, name text UNIQUE, data text);
                INSERT INTO terraform_remote_state.states VALUES (1, 'default', '%s'), (2, 'prod', '%s'), (3, 'bad', 'x')""".formatted(TestStates.state(4), TestStates.state(5, TestStates.LINEAGE, "käse 🧀")));
        try {
            Ended ended = run(
                    "import",
                    "--from=terraform-pg",
                    "--from-set=port=" + server.port(),
                    "--from-set=database=postgres",
                    "--from-set=username=postgres",
                    "--name-prefix=tf/");

            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.err()).contains("tf/bad: ");
            assertThat(current("tf/default")).isEqualTo(TestStates.state(4));
            assertThat(current("tf/prod")).isEqualTo(TestStates.state(5, TestStates.LINEAGE, "käse 🧀"));
        } finally {
            server.execute("DROP SCHEMA terraform_remote_state CASCADE");
        }
    }

    @Test
    void aBucketOfTerraformsS3BackendIsRead() {
        TestS3 store = TestS3.shared();
        String bucket = store.newBucket();
        object(store, bucket, "network/terraform.tfstate", TestStates.state(4));
        object(
                store,
                bucket,
                "env:/prod/network/terraform.tfstate",
                TestStates.state(5, TestStates.LINEAGE, "käse 🧀"));
        object(store, bucket, "network/terraform.tfstate.tflock", "{\"ID\": \"x\"}");
        object(store, bucket, "readme.txt", "no state");

        Ended dry = run(source(store, bucket, "--dry-run"));
        assertThat(dry.code()).isEqualTo(1);
        assertThat(dry.out()).startsWith("""
                NAME             WOULD BE   SIZE
                tf/network       new       208 B
                tf/network/prod  new       217 B
                tf/readme.txt    no state      -
                """);
        assertThat(backend.current(StateName.of("tf/network"))).isEmpty();

        Ended real = run(source(store, bucket));
        assertThat(real.code()).isEqualTo(1);
        assertThat(real.err())
                .startsWith("Skipped 1, such as network/terraform.tfstate.tflock: is a lock.")
                .contains("tf/readme.txt: readme.txt is not a state: ");
        assertThat(current("tf/network")).isEqualTo(TestStates.state(4));
        assertThat(current("tf/network/prod")).isEqualTo(TestStates.state(5, TestStates.LINEAGE, "käse 🧀"));
        assertThat(run(source(store, bucket)).out()).containsPattern("present +2\n");
    }

    private static void object(TestS3 store, String bucket, String key, String content) {
        store.client().putObject(request -> request.bucket(bucket).key(key), RequestBody.fromString(content));
    }

    private static String[] source(TestS3 store, String bucket, String... more) {
        List<String> args = new ArrayList<>(List.of("import", "--from=terraform-s3", "--name-prefix=tf/"));
        store.config(bucket).forEach((key, value) -> args.add("--from-set=" + key + "=" + value));
        args.addAll(List.of(more));
        return args.toArray(String[]::new);
    }

    @Test
    void whatCameInIsToldThoughTheBucketFellSilentThen() {
        TestS3 store = TestS3.embedded();
        String bucket = store.newBucket();
        object(store, bucket, "a", TestStates.state(1));
        object(store, bucket, "b", TestStates.state(1));
        try (S3Door door = store.newDoor()) {
            door.play(S3Fault.internalError(), call -> call.key().equals("b"));

            Ended ended =
                    run(source(store, bucket, "--from-set=endpoint=" + door.endpoint(), "--from-set=max-retries=0"));

            assertThat(ended.code()).isEqualTo(6);
            assertThat(ended.out()).containsPattern("brought +1\n");
            assertThat(ended.err()).contains("The object b cannot be read", "InternalError");
            assertThat(current("tf/a")).isEqualTo(TestStates.state(1));
        }
    }

    @Test
    void aSourceIsNoPathAndAPathNoBucket() {
        Ended path = run("import", "s3://bucket", "--from=terraform-s3", "--from-set=bucket=states");
        assertThat(path.code()).isEqualTo(2);
        assertThat(path.err()).contains("takes no PATH");

        Ended copy = run("import", "--from=s3");
        assertThat(copy.code()).isEqualTo(2);
        assertThat(copy.err()).contains("--from s3 requires a PATH. To read a bucket itself, use --from terraform-s3.");
    }

    @Test
    void aSourceThatIsWronglyDescribedSaysAllThatIsMissing() {
        Ended ended = run("import", "--from=terraform-pg", "--from-set=port=many");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("port=many", "database: is required", "username: is required");
    }

    @Test
    void anArchiveComesInFromStandardInputToo() throws IOException {
        backend.put(StateName.of("a/b"), StateDocument.parse(TestStates.state(1)), WriteOptions.by("ada"));
        Ended exported = run("export", "-");
        assertThat(exported.code()).isZero();
        StateBackend other = new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults());

        Ended imported = new TestRunner(other).input(exported.bytes()).run("import", "-");

        assertThat(imported.code()).isZero();
        assertThat(other.get(StateName.of("a/b"))).isEqualTo(backend.get(StateName.of("a/b")));
        Path file = Files.write(folder.resolve("cut.tar"), Arrays.copyOf(exported.bytes(), 2000));
        Ended cut = run("import", file.toString());
        assertThat(cut.code()).isEqualTo(1);
        assertThat(cut.err()).contains("cut.tar");
    }
}
