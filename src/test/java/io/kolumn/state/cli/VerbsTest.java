package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kolumn.state.cli.TestRunner.Ended;
import io.kolumn.state.http.TestStates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each verb, as a person uses it: the same over a storage and over a service. */
abstract class VerbsTest {

    @TempDir
    Path folder;

    /** Names of this test alone. */
    private final String prefix = "t" + UUID.randomUUID().toString().replace("-", "") + "/";

    private final String name = prefix + "network/prod";
    private TestRunner program;

    abstract TestRunner program();

    /** Who writes, as the history shows it. */
    abstract String author();

    @BeforeEach
    void open() {
        program = program();
    }

    private Ended run(String... args) {
        return program.run(args);
    }

    private String done(String... args) {
        Ended ended = run(args);
        assertThat(ended.err()).isEmpty();
        assertThat(ended.code()).isZero();
        return ended.shape();
    }

    private String refused(int code, String... args) {
        Ended ended = run(args);
        assertThat(ended.code()).as(ended.err()).isEqualTo(code);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).doesNotContain("\tat ");
        return ended.err();
    }

    private Path file(long serial, String content) throws IOException {
        return Files.writeString(
                folder.resolve(serial + ".tfstate"), TestStates.state(serial, TestStates.LINEAGE, content));
    }

    private void write(String state, long serial) throws IOException {
        done("put", state, file(serial, "x").toString());
    }

    private static JsonNode json(String text) throws IOException {
        return new JsonMapper().readTree(text);
    }

    @Test
    void whatIsPutIsGotByteForByte() throws IOException {
        Path document = file(1, "käse 日本 🧀");

        assertThat(done("put", name, document.toString())).isEqualTo("Written: " + name + " version 1\n");
        assertThat(done("put", name, document.toString())).isEqualTo("Unchanged: " + name + " version 1\n");

        assertThat(run("get", name).bytes()).isEqualTo(Files.readAllBytes(document));
        Path copy = folder.resolve("copy.tfstate");
        assertThat(done("get", name, copy.toString())).isEmpty();
        assertThat(copy).hasSameBinaryContentAs(document);
    }

    @Test
    void aSegmentThatBeginsWithADotIsAName() throws IOException {
        String stack = prefix + ".terragrunt-stack/vpc";
        write(stack, 3);

        assertThat(run("get", stack).out()).isEqualTo(TestStates.state(3, TestStates.LINEAGE, "x"));
        assertThat(done("ls", prefix + ".terra")).contains(stack);
        assertThat(done("history", stack)).contains("put");
        done("rm", stack);
        assertThat(refused(3, "get", stack)).contains(stack);
    }

    @Test
    void aMovedStateIsAtItsNewNameAndTheOldOneSaysSo() throws IOException {
        write(name, 1);
        write(name, 2);
        String moved = prefix + "moved";

        assertThat(done("mv", name, moved))
                .isEqualTo("Moved: " + name + " to " + moved + " (2 versions, 0 quarantined)\n");
        assertThat(done("mv", name, moved)).startsWith("Unchanged: " + name + " to " + moved);
        assertThat(run("get", moved).out()).isEqualTo(TestStates.state(2, TestStates.LINEAGE, "x"));
        assertThat(refused(5, "get", name)).contains("was moved to '" + moved + "'");
        assertThat(refused(5, "put", name, file(3, "x").toString())).contains("was moved to '" + moved + "'");
        assertThat(done("ls", prefix)).contains(moved).doesNotContain(name);
        assertThat(done("ls", prefix, "--locked")).contains(name, "(moved to " + moved + ")");
        assertThat(json(done("ls", prefix, "--locked", "-o", "json"))
                        .at("/states/1/moved/to")
                        .asText())
                .isEqualTo(moved);
        assertThat(done("locks", prefix)).doesNotContain(name);
        assertThat(done("mv", "--end", name)).isEqualTo("Free: " + name + "\n");
        assertThat(refused(3, "mv", "--end", name)).contains("No state was moved from");
        assertThat(refused(3, "get", name)).contains("There is no state");
    }

    @Test
    void resourcesAreFoundWithTheirStates() throws Exception {
        String id = "i-" + UUID.randomUUID();
        Path document = Files.writeString(folder.resolve("found.tfstate"), """
                {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l", "resources": [{"mode": "managed",
                "type": "aws_instance", "name": "web", "provider": "provider[\\"registry.terraform.io/hashicorp/aws\\"]",
                "instances": [{"attributes": {"id": "%s", "password": "hush-hush"}}]}]}
                """.formatted(id));
        done("put", name, document.toString());
        Awaitility.await()
                .untilAsserted(() -> assertThat(run("find", "--id", id).out()).contains(name));

        assertThat(done("find", "--id", id)).contains("aws_instance.web", name).doesNotContain("hush");
        assertThat(done("find", "WEB", "--prefix", prefix, "--type", "aws_*", "--provider", "aws"))
                .contains(id);
        assertThat(json(done("find", "--id", id.substring(0, 20) + "*", "-o", "json"))
                        .at("/resources/0/state")
                        .asText())
                .isEqualTo(name);
        assertThat(json(done("find", "--id", "no-such-id", "-o", "json")).path("resources"))
                .isEmpty();
        assertThat(done("stats", prefix)).contains("aws_instance", "1.11.4");
        assertThat(json(done("stats", prefix, "-o", "json"))
                        .at("/types/aws_instance")
                        .asLong())
                .isEqualTo(1);
        assertThat(refused(1, "find", "--label", " ")).contains("label");
    }

    @Test
    void aCopyIsASecondState() throws IOException {
        write(name, 1);
        String copy = prefix + "copy";

        JsonNode told = json(done("cp", name, copy, "-o", "json"));

        assertThat(told.path("from").asText()).isEqualTo(name);
        assertThat(told.path("versions").asInt()).isEqualTo(1);
        assertThat(told.path("changed").asBoolean()).isTrue();
        write(copy, 2);
        assertThat(run("get", name).out()).isEqualTo(TestStates.state(1, TestStates.LINEAGE, "x"));
        assertThat(refused(5, "cp", name, copy)).contains("exists. Nothing was changed");
        assertThat(refused(3, "cp", prefix + "none", copy)).contains("There is no state");
        assertThat(refused(2, "mv", name)).contains("--end");
    }

    @Test
    void aLockIsObeyedByAMove() throws IOException {
        write(name, 1);
        done("lock", name, "--id", "mine");

        assertThat(refused(4, "mv", name, prefix + "moved")).contains("mine");
        assertThat(done("mv", name, prefix + "moved", "--lock", "mine")).startsWith("Moved");
    }

    @Test
    void anExportTellsOfOldNamesAndIsWhole() throws IOException {
        write(name, 1);
        done("mv", name, prefix + "moved");

        Ended ended = run("export", folder.resolve("all.tar").toString(), "--prefix", prefix);

        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out() + ended.err()).contains("is the old name of a moved state");
    }

    @Test
    void currentDocumentsAreExportedAsWorkspacesOfAFolder() throws IOException {
        Path out = folder.resolve("out");
        write(name, 1);
        write(name, 2);
        write(prefix + "default", 3);
        write(prefix + "gone", 4);
        done("rm", prefix + "gone");

        String told = done("export", "--to-folder", out.toString(), "--prefix", prefix);

        assertThat(told).containsPattern("brought +2\n").contains(out.toString());
        assertThat(out.resolve("terraform.tfstate.d/network~prod/terraform.tfstate"))
                .hasSameBinaryContentAs(file(2, "x"));
        assertThat(out.resolve("terraform.tfstate")).hasSameBinaryContentAs(file(3, "x"));
        assertThat(out.resolve("terraform.tfstate.d")).isDirectoryNotContaining("glob:**gone");
        assertThat(done("export", "--to-folder", out.toString(), "--prefix", prefix))
                .containsPattern("present +2\n");
    }

    @Test
    void aFileWithAnotherContentIsReplacedOnlyIfThatIsAsked() throws IOException {
        Path out = folder.resolve("out");
        Path old = out.resolve("terraform.tfstate.d/network~prod/terraform.tfstate");
        Files.createDirectories(old.getParent());
        Files.writeString(old, "old");
        write(name, 1);
        write(prefix + "other", 2);

        Ended refused = run("export", "--to-folder", out.toString(), "--prefix", prefix);
        assertThat(refused.code()).isEqualTo(5);
        assertThat(refused.err()).contains(old + " exists and has another content", "--overwrite");
        assertThat(old).hasContent("old");
        assertThat(out.resolve("terraform.tfstate.d/other/terraform.tfstate")).exists();

        done("export", "--to-folder", out.toString(), "--prefix", prefix, "--overwrite");
        assertThat(old).hasSameBinaryContentAs(file(1, "x"));
    }

    @Test
    void twoStatesOfOneWorkspaceAreNotMixed() throws IOException {
        Path out = folder.resolve("out");
        write(name, 1);
        write(name + "/default", 2);

        Ended ended = run("export", "--to-folder", out.toString(), "--prefix", name, "--overwrite");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("already has the state '" + name + "'");
        assertThat(out.resolve("terraform.tfstate")).hasSameBinaryContentAs(file(1, "x"));
    }

    @Test
    void anExportNeedsOneTarget() {
        assertThat(refused(2, "export")).contains("Give a FILE, or --to-folder.");
        assertThat(refused(2, "export", "a.tar", "--to-folder", "b")).contains("Give a FILE, or --to-folder.");
        assertThat(refused(2, "export", "a.tar", "--overwrite")).contains("--overwrite requires --to-folder");
        assertThat(refused(3, "export", "--to-folder", folder.toString(), "--prefix", prefix + "none/"))
                .contains("There is no state with the prefix");
    }

    @Test
    void standardInputAndOutputWork() {
        byte[] bytes = TestStates.large(300_000);
        program.input(bytes);

        assertThat(done("put", name, "-")).isEqualTo("Written: " + name + " version 1\n");
        assertThat(run("get", name, "-").bytes()).isEqualTo(bytes);
    }

    @Test
    void statesAreListedInAlignedColumns() throws IOException {
        write(prefix + "a", 3);
        write(prefix + "a-long-name", 12);
        done("lock", prefix + "a", "--who", "ada@build-7", "--id", "l-1");

        String longest = prefix + "a-long-name";
        assertThat(done("ls", prefix))
                .isEqualTo(pad("NAME", longest) + "  VERSION  SERIAL   SIZE  CHANGED               LOCKED BY\n"
                        + pad(prefix + "a", longest) + "        1       3  208 B  (time)  ada@build-7\n"
                        + longest + "        1      12  209 B  (time)\n");
    }

    private static String pad(String text, String longest) {
        return text + " ".repeat(Math.max(0, longest.length() - text.length()));
    }

    @Test
    void locksAreListedWithTheirHolders() throws IOException {
        write(prefix + "free", 1);
        done("lock", prefix + "held", "--who", "ada@build-7", "--id", "l-1");
        done("lock", prefix + "lease", "--who", "bob", "--id", "l-2", "--ttl", "10m");

        assertThat(done("locks", prefix).lines().toList())
                .hasSize(3)
                .anyMatch(line -> line.matches(prefix + "held +ada@build-7 .* \\d+s +- +l-1"))
                .anyMatch(line -> line.matches(prefix + "lease +bob .* \\d+s +\\(time\\) +l-2"));
        JsonNode locks = json(run("locks", prefix, "-o", "json").out()).get("locks");
        assertThat(locks.findValuesAsText("state")).containsExactly(prefix + "held", prefix + "lease");
        assertThat(locks.at("/0/lock/id").asText()).isEqualTo("l-1");
        assertThat(done("locks", prefix, "--older-than", "1h").lines().toList()).hasSize(1);
    }

    @Test
    void theListAsJsonIsExact() throws IOException {
        write(name, 7);
        done("lock", name, "--id", "l-1", "--ttl", "10m", "--reason", "move it");
        done("lock", prefix + "only-locked", "--id", "l-2");

        JsonNode states = json(run("ls", prefix, "-o", "json").out()).get("states");
        assertThat(states).hasSize(1);
        JsonNode state = states.get(0);
        assertThat(state.get("name").asText()).isEqualTo(name);
        assertThat(state.at("/current/serial").asLong()).isEqualTo(7);
        assertThat(state.at("/current/checksum").asText())
                .isEqualTo(TestStates.sha256(TestStates.state(7).getBytes(StandardCharsets.UTF_8)));
        assertThat(state.at("/lock/reason").asText()).isEqualTo("move it");
        assertThat(state.at("/lock/expires").asText()).isNotEmpty();
        assertThat(json(run("ls", prefix, "--locked", "-o", "json").out()).get("states"))
                .hasSize(2);
    }

    @Test
    void labelsAreShownChangedAndListed() throws IOException {
        write(name, 1);
        write(prefix + "other", 1);
        assertThat(done("label", name)).isEqualTo("LABEL  VALUE\n");

        assertThat(done("label", name, "team=a", "env=x=y, z")).contains("env    x=y, z\n", "team   a\n");
        assertThat(json(done("label", name, "env-", "missing-", "-o", "json")).path("labels"))
                .isEqualTo(json("{\"team\": \"a\"}"));
        assertThat(done("label", name)).contains("team   a").doesNotContain("env");
        assertThat(done("show", name)).contains("labels").contains("team=a");
        assertThat(done("ls", prefix)).contains("LABELS\n").contains("team=a\n");
        assertThat(done("ls", prefix + "o")).doesNotContain("LABELS");
        assertThat(json(done("ls", "--label", "team=a", "--label", "team2", "-o", "json"))
                        .path("states"))
                .isEmpty();
        JsonNode listed =
                json(done("ls", prefix, "--label", "team=a", "-o", "json")).path("states");
        assertThat(listed.findValuesAsText("name")).containsExactly(name);
        assertThat(listed.at("/0/labels/team").asText()).isEqualTo("a");

        assertThat(refused(3, "ls", prefix, "--label", "team=b")).contains("and these labels");
        assertThat(refused(3, "label", prefix + "none", "a=b")).contains("There is no state");
        assertThat(refused(3, "label", prefix + "none")).contains("There is no state");
        assertThat(refused(2, "label", name, "a")).contains("'a' is neither KEY=VALUE nor KEY-");
        assertThat(refused(2, "label", name, "a=1", "a-")).contains("Label 'a' is given twice");
        assertThat(refused(1, "label", name, "ä=1")).contains("The label key");
        assertThat(refused(1, "ls", "--label", "=x")).contains("The label key ''");
    }

    @Test
    void aCreatedStateIsShownAsSuchAndRemoved() throws IOException {
        done("lock", name, "--id", "l-1");
        done("label", name, "team=a");
        done("unlock", name, "l-1");

        assertThat(done("ls", prefix)).contains("created").contains("team=a");
        assertThat(done("show", name)).contains("created, not yet written");
        done("rm", name);
        assertThat(refused(3, "ls", prefix, "--deleted", "--locked")).contains(prefix);
        assertThat(refused(3, "rm", name)).contains("There is no state");
    }

    @Test
    void theHistoryIsNewestFirstAndOlderVersionsAreRead() throws IOException {
        for (int serial = 1; serial <= 3; serial++) {
            write(name, serial);
        }

        String shown = author().equals("(who)") ? StateCommand.who() : author();
        assertThat(done("history", name, "--limit", "2"))
                .isEqualTo("VERSION  SERIAL   SIZE  CREATED               " + pad("AUTHOR", shown) + "  OPERATION\n"
                        + "      3       3  208 B  (time)  " + pad(author(), shown.length() > 6 ? author() : "AUTHOR")
                        + "  put\n"
                        + "      2       2  208 B  (time)  " + pad(author(), shown.length() > 6 ? author() : "AUTHOR")
                        + "  put\n");
        assertThat(run("get", name, "--version", "1").out()).isEqualTo(TestStates.state(1));
        assertThat(refused(3, "get", name, "--version", "9")).contains("has no version 9");
        assertThat(json(run("history", name, "-o", "json").out()).get("versions"))
                .hasSize(3);
    }

    @Test
    void locksAreObeyed() throws IOException {
        write(name, 1);
        assertThat(done("lock", name, "--id", "l-1", "--ttl", "1m", "--reason", "why"))
                .isEqualTo("l-1\n");
        assertThat(done("lock", name, "--id", "l-1", "--ttl", "1m")).isEqualTo("l-1\n");

        assertThat(refused(4, "put", name, file(2, "x").toString())).contains("is locked by", "l-1");
        assertThat(refused(4, "lock", name, "--id", "l-2")).contains("l-1");
        assertThat(refused(4, "rm", name)).contains("l-1");
        assertThat(refused(4, "unlock", name, "l-2")).contains("l-1");
        assertThat(done("put", name, file(2, "x").toString(), "--lock", "l-1")).contains("version 2");
        assertThat(done("show", name)).contains("locked for", "why", "version       2");

        assertThat(done("unlock", name, "l-1")).isEqualTo("Unlocked: " + name + "\n");
        assertThat(done("unlock", name, "l-1")).isEqualTo("Not locked: " + name + "\n");
        assertThat(refused(5, "put", name, file(3, "x").toString(), "--lock", "l-1"))
                .contains("l-1");
        done("lock", name);
        assertThat(done("unlock", name, "--force")).isEqualTo("Unlocked: " + name + "\n");
    }

    @Test
    void aLostApplyIsSetAsideAndCanBeRead() throws IOException {
        write(name, 1);
        refused(5, "put", name, file(2, "lost").toString(), "--lock", "gone");

        JsonNode quarantined =
                json(run("history", name, "--quarantined", "-o", "json").out()).get("versions");
        assertThat(quarantined).hasSize(1);
        String id = quarantined.get(0).get("id").asText();
        assertThat(run("get", name, "--quarantined", id).out()).contains("lost");
        assertThat(refused(3, "get", name, "--quarantined", "nope")).contains("'nope'");
        assertThat(done("show", name)).contains("quarantined  1");
        assertThat(done("history", name, "--quarantined")).contains("RECOVERED").doesNotContain("version 2");

        done("put", name, file(3, "lost").toString());
        assertThat(done("history", name, "--quarantined")).contains("version 2");
        assertThat(json(run("history", name, "--quarantined", "-o", "json").out())
                        .at("/versions/0/recovered")
                        .asLong())
                .isEqualTo(2);
        assertThat(done("show", name)).contains("recovered by a version: 1");
    }

    @Test
    void conditionsAndSerialsAreObeyed() throws IOException {
        done("put", name, file(5, "x").toString(), "--if-absent");

        assertThat(refused(5, "put", name, file(6, "x").toString(), "--if-absent"))
                .contains(name);
        assertThat(refused(5, "put", name, file(6, "x").toString(), "--if-version", "9"))
                .contains(name);
        assertThat(refused(5, "put", name, file(4, "x").toString())).contains("older serial 4");
        assertThat(done("put", name, file(4, "x").toString(), "--force")).contains("version 2");
        assertThat(done("put", name, file(7, "x").toString(), "--if-version", "2"))
                .contains("version 3");
    }

    @Test
    void aDeletedStateKeepsItsHistory() throws IOException {
        write(name, 1);

        assertThat(done("rm", name)).isEqualTo("Deleted: " + name + "\n");
        assertThat(refused(3, "rm", name)).contains("There is no state '" + name + "'");
        assertThat(refused(3, "get", name)).contains("There is no state '" + name + "'");
        assertThat(refused(3, "ls", prefix)).contains("--deleted");
        assertThat(done("ls", prefix, "--deleted")).contains(name).contains("deleted");
        assertThat(done("history", name)).contains("put");
        assertThat(run("get", name, "--version", "1").out()).isEqualTo(TestStates.state(1));
    }

    @Test
    void anOlderVersionIsRestoredAsANewOne() throws IOException {
        write(name, 1);
        write(name, 2);
        done("rm", name);

        assertThat(done("restore", name, "1")).isEqualTo("Restored: " + name + " is version 3, serial 3\n");
        assertThat(done("restore", name, "1")).startsWith("Unchanged: ");
        assertThat(run("get", name).out()).isEqualTo(TestStates.state(3));
        assertThat(refused(3, "restore", name, "9")).contains("9");
    }

    @Test
    void whatWasSetAsideIsRestored() throws IOException {
        write(name, 1);
        refused(5, "put", name, file(2, "lost").toString(), "--lock", "gone");
        String id = json(run("history", name, "--quarantined", "-o", "json").out())
                .at("/versions/0/id")
                .asText();

        assertThat(done("restore", name, "--quarantined", id)).contains("is version 2");
        assertThat(run("get", name).out()).contains("lost");
    }

    @Test
    void whatIsPurgedIsGoneForGood() throws IOException {
        write(name, 1);
        write(name, 2);
        write(name, 3);
        refused(5, "put", name, file(4, "lost").toString(), "--lock", "gone");
        String id = json(run("history", name, "--quarantined", "-o", "json").out())
                .at("/versions/0/id")
                .asText();
        done("lock", name, "--id", "mine");
        assertThat(refused(4, "purge", name, "1", "--yes")).contains("locked");
        done("purge", name, "1", "--lock", "mine", "--yes", "--reason", "key leaked");
        done("unlock", name, "mine");

        assertThat(done("purge", name, "1", "2", "--yes"))
                .isEqualTo("Gone already: version 1 of " + name + "\nPurged: version 2 of " + name + "\n");
        assertThat(refused(3, "get", name, "--version", "2")).contains("removed by retention");
        assertThat(done("purge", name, "--quarantined", id, "--yes"))
                .isEqualTo("Purged: the quarantined document " + id + " of " + name + "\n");
        assertThat(refused(3, "purge", name, "--quarantined", id, "--yes")).contains("has no quarantined document");
        done("rm", name);
        JsonNode purged = json(done("purge", name, "--all", "--yes", "-o", "json"));
        assertThat(purged.at("/purged/0/purged").asText()).isEqualTo("state");
        assertThat(purged.at("/purged/0/changed").asBoolean()).isTrue();
        assertThat(purged.at("/purged/0/versions/0/version").asLong()).isEqualTo(3);
        assertThat(refused(3, "history", name)).contains("There is no state");
        assertThat(refused(3, "ls", name, "--deleted")).contains(name);
        assertThat(done("put", name, file(1, "new").toString())).isEqualTo("Written: " + name + " version 4\n");
    }

    @Test
    void aPurgeThatMustNotBeIsRefusedWithWhatToDo() throws IOException {
        write(name, 1);
        write(name, 2);

        assertThat(refused(2, "purge", name, "1")).contains("Confirm it with --yes");
        assertThat(refused(2, "purge", name, "--yes")).contains("Give numbers of versions");
        assertThat(refused(2, "purge", name, "1", "--all", "--yes")).contains("Give numbers of versions");
        assertThat(refused(5, "purge", name, "2", "--yes")).contains("is the current document");
        assertThat(refused(5, "purge", name, "--all", "--yes")).contains("is not deleted");
        assertThat(refused(3, "purge", name, "9", "--yes")).contains("has no version 9");
        assertThat(refused(3, "purge", name + "-not", "--all", "--yes")).contains("There is no state");
        assertThat(refused(5, "purge", name, "1", "--if-version", "1", "--yes")).contains("at version 2");
        assertThat(run("get", name, "--version", "1").out()).isEqualTo(TestStates.state(1, TestStates.LINEAGE, "x"));
    }

    @Test
    void aPersonIsAskedForTheNameOfTheStateFirst() throws IOException {
        write(name, 1);
        write(name, 2);
        program.interactive().input("yes\n".getBytes(StandardCharsets.UTF_8));
        assertThat(run("purge", name, "1").err())
                .contains("A purge cannot be undone", "version 1 of state '" + name + "'", "Nothing was purged");
        assertThat(run("get", name, "--version", "1").code()).isZero();

        program.input((name + "\n").getBytes(StandardCharsets.UTF_8));
        assertThat(run("purge", name, "1").out()).isEqualTo("Purged: version 1 of " + name + "\n");
    }

    @Test
    void twoVersionsAreCompared() throws IOException {
        done("put", name, file(1, "blue").toString());
        done("put", name, file(2, "green").toString());

        Ended differ = run("diff", name, "1");
        assertThat(differ.code()).isEqualTo(7);
        assertThat(differ.out()).isEqualTo("""
                --- %1$s version 1 (serial 1)
                +++ %1$s version 2 (serial 2)
                ~ output content
                    "blue" -> "green"
                0 added, 0 removed, 1 changed
                """.formatted(name));
        assertThat(json(run("diff", name, "1", "2", "-o", "json").out())
                        .at("/outputs/0/attributes/0/after")
                        .asText())
                .isEqualTo("green");
        assertThat(done("diff", name, "2", "2")).contains("0 added, 0 removed, 0 changed");
        assertThat(refused(3, "diff", name, "7")).contains("7");
    }

    @Test
    void aPointInTimeIsRead() throws IOException {
        write(name, 1);
        write(name, 2);

        assertThat(run("get", name, "--at", "2100-01-01T00:00:00Z").out()).isEqualTo(TestStates.state(2));
        assertThat(refused(3, "get", name, "--at", "2000-01-01T00:00:00Z")).contains("2000-01-01T00:00:00Z");
    }

    @Test
    void whatIsNoNameOrNoDocumentIsRefused() throws IOException {
        assertThat(refused(1, "get", "a//b")).contains("'a//b'");
        assertThat(refused(1, "put", name, folder.resolve("nothing").toString()))
                .contains("There is no file");
        assertThat(refused(
                        1,
                        "put",
                        name,
                        Files.writeString(folder.resolve("broken"), "{\"version\": 4")
                                .toString()))
                .isNotEmpty();
        assertThat(refused(3, "history", name)).contains("There is no state");
        assertThat(refused(3, "show", name)).contains("There is no state");
    }

    @Test
    void aLeaseIsRenewedByItsHolder() throws IOException {
        done("lock", name, "--id", "l-1", "--ttl", "1m");

        assertThat(done("renew", name, "l-1", "--ttl", "2h")).isEqualTo("Renewed: " + name + " until (time)\n");
        JsonNode lock = json(run("renew", name, "l-1", "--ttl", "PT3H", "-o", "json")
                        .out())
                .get("lock");
        assertThat(Duration.between(
                        Instant.now(), Instant.parse(lock.get("expires").asText())))
                .isBetween(Duration.ofHours(2), Duration.ofHours(3));
        assertThat(refused(4, "renew", name, "l-2", "--ttl", "1m")).contains("l-1");
        done("unlock", name, "l-1");
        assertThat(refused(5, "renew", name, "l-1", "--ttl", "1m")).contains("l-1");
    }

    @Test
    void outputsAreShownAndSensitiveOnesOnlyWhenAsked() throws IOException {
        Path document = Files.writeString(folder.resolve("o.tfstate"), """
                {"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "%s", "outputs": {
                  "vpc_id": {"value": "vpc-1\\nb", "type": "string"},
                  "zones": {"value": ["a", "b"], "type": ["list", "string"]},
                  "password": {"value": "geheim", "type": "string", "sensitive": true}}, "resources": []}
                """.formatted(TestStates.LINEAGE));
        done("put", name, document.toString());

        assertThat(done("outputs", name))
                .contains("OUTPUT", "\"vpc-1\\nb\"", "[\"a\",\"b\"]", "(sensitive)")
                .doesNotContain("geheim");
        assertThat(done("outputs", name, "--sensitive")).contains("geheim");
        assertThat(done("outputs", name, "vpc_id")).isEqualTo("vpc-1\nb\n");
        assertThat(done("outputs", name, "zones")).isEqualTo("[\"a\",\"b\"]\n");
        assertThat(done("outputs", name, "password", "--sensitive")).isEqualTo("geheim\n");
        assertThat(refused(1, "outputs", name, "password"))
                .contains("--sensitive")
                .doesNotContain("geheim");
        assertThat(refused(3, "outputs", name, "vpcid")).contains("'vpc_id'");
        assertThat(refused(3, "outputs", prefix + "nosuch")).contains("There is no state");
        JsonNode all = json(run("outputs", name, "-o", "json").out());
        assertThat(all.at("/outputs/zones/value/1").asText()).isEqualTo("b");
        assertThat(all.at("/outputs/password").has("value")).isFalse();
        assertThat(all.get("version").asLong()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"12345678901234567890.12345678901234567890", "123456789012345678901234567890", "1E+400", "0.10"})
    void numbersKeepEachDigit(String number) throws IOException {
        String document = """
                {"version": 4, "terraform_version": "1.9.0", "serial": %d, "lineage": "%s", "outputs": {
                  "n": {"value": %s, "type": "number"}, "l": {"value": [%s], "type": ["list", "number"]}}, "resources": []}
                """;
        Path file = folder.resolve("n.tfstate");
        done(
                "put",
                name,
                Files.writeString(file, document.formatted(1, TestStates.LINEAGE, number, number))
                        .toString());
        done(
                "put",
                name,
                Files.writeString(file, document.formatted(2, TestStates.LINEAGE, 1, 1))
                        .toString());
        done(
                "put",
                name,
                Files.writeString(file, document.formatted(3, TestStates.LINEAGE, number, number))
                        .toString());

        assertThat(done("outputs", name, "n")).isEqualTo(number + "\n");
        assertThat(done("outputs", name, "l")).isEqualTo("[" + number + "]\n");
        assertThat(done("outputs", name)).contains(number, "[" + number + "]");
        assertThat(run("outputs", name, "-o", "json").out()).contains(number);
        assertThat(run("diff", name, "2", "3").out()).contains(number);
        assertThat(run("diff", name, "2", "3", "-o", "json").out()).contains(number);
    }

    @Test
    void whatMatchesNothingIsNoEmptySuccess() throws IOException {
        assertThat(refused(3, "ls", prefix)).contains("There is no state with the prefix '" + prefix + "'");
        assertThat(refused(3, "ls", prefix, "-o", "json")).contains(prefix);
        assertThat(refused(3, "verify", prefix)).contains(prefix);
        assertThat(refused(3, "export", folder.resolve("all.tar").toString(), "--prefix", prefix))
                .contains(prefix);
        assertThat(folder.resolve("all.tar")).doesNotExist();
        assertThat(refused(3, "history", name, "--quarantined")).contains("There is no state");
        assertThat(refused(3, "unlock", name, "l-1")).contains("no such lock");
        assertThat(refused(3, "unlock", name, "--force")).contains("no such lock");

        write(name, 1);
        done("rm", name);
        assertThat(done("verify", prefix)).startsWith("1 states");
    }

    @Test
    void theTypesOfStorageAreTold() throws IOException {
        assertThat(done("backends")).contains("local", "memory", "postgres", "file, filesystem");
        assertThat(done("backends", "pg")).contains("database", "required", "password", "text, secret");
        assertThat(refused(1, "backends", "floppy")).contains("'floppy'", "postgres");
        assertThat(json(run("backends", "-o", "json").out()).get("backends")).hasSizeGreaterThanOrEqualTo(3);
    }
}
