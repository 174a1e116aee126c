package io.kolumn.state.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.store.DocumentSource;
import io.kolumn.state.transfer.DocumentSources;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;

/** A bucket as Terraform's own backend leaves it. */
class TerraformS3SourceTest {

    private static final int MANY = 1003;

    private final TestS3 server = TestS3.embedded();
    private final String bucket = server.newBucket();
    private final S3Door door = server.newDoor();
    private final Map<String, String> found = new LinkedHashMap<>();
    private final Map<String, String> refused = new LinkedHashMap<>();
    private final Map<String, String> skipped = new LinkedHashMap<>();

    @AfterEach
    void close() {
        door.close();
    }

    private void object(String key, String content) {
        server.client().putObject(request -> request.bucket(bucket).key(key), RequestBody.fromString(content));
    }

    /** A state whose lineage is its key. */
    private void state(String... keys) {
        for (String key : keys) {
            object(key, "{\"version\": 4, \"lineage\": \"" + key + "\"}");
        }
    }

    private void read(String... keysAndValues) {
        Map<String, String> config = new HashMap<>(server.config(bucket));
        config.put("endpoint", door.endpoint());
        config.put("max_retries", "0");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            config.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        DocumentSources.read(new TerraformS3Source(), config, new DocumentSource.Receiver() {
            @Override
            public void document(String name, StateDocument document) {
                found.put(name, document.lineage());
            }

            @Override
            public void refused(String name, String why) {
                refused.put(name, why);
            }

            @Override
            public void skipped(String where, String why) {
                skipped.put(where, why);
            }
        });
    }

    @Test
    void everyStateOfTheBucketIsGivenAndNothingIsWritten() {
        state(
                "network/terraform.tfstate",
                "env:/prod/network/terraform.tfstate",
                "env:/test/terraform.tfstate",
                "plain-key",
                "with + % & space.tfstate",
                "käse/🧀.tfstate");
        object("network/terraform.tfstate.tflock", "{\"ID\": \"x\"}");
        object("empty-folder/", "");
        object("lambda.zip", "PK\u0003\u0004");
        object("package.json", "{\"version\": \"1.2.3\"}");

        read();

        assertThat(found)
                .containsExactly(
                        Map.entry("käse/🧀", "käse/🧀.tfstate"),
                        Map.entry("network", "network/terraform.tfstate"),
                        Map.entry("network/prod", "env:/prod/network/terraform.tfstate"),
                        Map.entry("plain-key", "plain-key"),
                        Map.entry("test", "env:/test/terraform.tfstate"),
                        Map.entry("with + % & space", "with + % & space.tfstate"));
        assertThat(refused).containsOnlyKeys("lambda.zip", "package.json");
        assertThat(skipped).containsOnlyKeys("network/terraform.tfstate.tflock", "empty-folder/");
        assertThat(refused.get("lambda.zip")).startsWith("lambda.zip is not a state: ");
        assertThat(refused.get("package.json")).startsWith("package.json is not a state: it is JSON");
        assertThat(door.counts()).containsOnlyKeys("GET list", "GET other").containsEntry("GET other", 8L);
    }

    /** As Terraform and terragrunt write them on AWS; the store of the other tests refuses such keys. */
    @Test
    void keysWithDotsAndEmptySegmentsAreRead() throws IOException {
        List<String> keys = List.of(
                "../../home/layers/terraform.tfstate",
                "./terraform.tfstate",
                "a//b.tfstate",
                "acme/.github/terraform.tfstate",
                "prod/./vpc/terraform.tfstate");
        HttpServer aws = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        aws.createContext("/", exchange -> answer(exchange, keys));
        aws.start();
        try {
            read("endpoint", "http://127.0.0.1:" + aws.getAddress().getPort());
        } finally {
            aws.stop(0);
        }

        assertThat(found.values()).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(found).containsOnlyKeys("../../home/layers", ".", "a//b", "acme/.github", "prod/./vpc");
        assertThat(refused).isEmpty();
    }

    /** Of a list all keys, of an object a state whose lineage is its key. */
    private void answer(HttpExchange exchange, List<String> keys) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        String key = path.substring(Math.min(path.length(), bucket.length() + 2));
        String contents = keys.stream()
                .map(one -> "<Contents><Key>" + one + "</Key><Size>50</Size></Contents>")
                .collect(Collectors.joining());
        String body = key.isEmpty()
                ? "<ListBucketResult><IsTruncated>false</IsTruncated>" + contents + "</ListBucketResult>"
                : "{\"version\": 4, \"lineage\": \"" + URLDecoder.decode(key, StandardCharsets.UTF_8) + "\"}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        boolean known = key.isEmpty() || keys.contains(URLDecoder.decode(key, StandardCharsets.UTF_8));
        exchange.sendResponseHeaders(known ? 200 : 404, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Test
    void moreThanOnePageIsRead() {
        List<String> keys =
                IntStream.range(0, MANY).mapToObj("s/%04d.tfstate"::formatted).toList();
        keys.parallelStream().forEach(this::state);

        read();

        assertThat(found.values()).containsExactlyElementsOf(keys);
        assertThat(door.counts()).containsEntry("GET list", 2L);
    }

    @Test
    void onlyStatesBelowAPrefixAreRead() {
        state(
                "team-a/network.tfstate",
                "team-ab/other.tfstate",
                "env:/prod/team-a/network.tfstate",
                "env:/prod/team-b/network.tfstate");

        read("key_prefix", "team-a");

        assertThat(found)
                .containsExactly(
                        Map.entry("team-a/network", "team-a/network.tfstate"),
                        Map.entry("team-a/network/prod", "env:/prod/team-a/network.tfstate"));
        assertThat(door.counts()).containsEntry("GET other", 2L);
    }

    @ParameterizedTest
    @CsvSource({"team-a, team-a/ws", "team-a/ws/prod, team-a/ws", "'', team-a/ws/"})
    void workspacesMayBeKeptBelowAnotherPrefix(String prefix, String workspaces) {
        state("team-a/ws/prod/network.tfstate");

        read("key_prefix", prefix, "workspace_key_prefix", workspaces);

        assertThat(found).containsExactly(Map.entry("network/prod", "team-a/ws/prod/network.tfstate"));
        assertThat(door.counts()).containsEntry("GET list", 1L);
    }

    @Test
    void anObjectWhoseNameAnotherHasIsTold() {
        state("network/prod.tfstate", "env:/prod/network.tfstate");

        read();

        assertThat(found).containsExactly(Map.entry("network/prod", "env:/prod/network.tfstate"));
        assertThat(refused)
                .containsEntry("network/prod", "network/prod.tfstate has the same name as env:/prod/network.tfstate.");
    }

    @ParameterizedTest
    @CsvSource({
        "403, AccessDenied, does not allow s3:GetObject",
        "403, InvalidObjectState, 'has the object in an archive (Glacier)'",
        "400, InvalidRequest, failed with InvalidRequest"
    })
    void anObjectThatIsNotGivenIsToldAndTheOthersAreRead(int status, String code, String said) {
        state("a", "b", "c");
        door.play(S3Fault.error(status, code), call -> call.key().equals("b"));

        read();

        assertThat(found).containsOnlyKeys("a", "c");
        assertThat(refused.get("b")).startsWith("The object b cannot be read: ").contains(said);
    }

    @Test
    void whereNoObjectIsGivenTheMissingRightIsTold() {
        state("a", "b", "c", "d", "e", "f");
        door.play(S3Fault.accessDenied(), S3Call.any("GET", S3Call.Kind.OTHER));

        assertThatThrownBy(this::read)
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("does not allow s3:GetObject");
        assertThat(door.counts()).containsEntry("GET other", 5L);
    }

    @Test
    void anObjectThatIsGoneIsNone() {
        state("a", "b");
        door.play(S3Fault.error(404, "NoSuchKey"), call -> call.key().equals("a"));

        read();

        assertThat(found).containsOnlyKeys("b");
        assertThat(refused).isEmpty();
        assertThat(skipped).containsExactly(Map.entry("a", "was removed while the bucket was read"));
    }

    @Test
    void aConnectionThatBreaksWithinAnObjectIsAnotherAttempts() {
        state("a");
        door.play(1, S3Fault.cutWithin(10), call -> call.key().equals("a"));

        read("max_retries", "1");

        assertThat(found).containsOnlyKeys("a");
    }

    @Test
    void aListThatIsNotAllowedSaysSo() {
        door.play(S3Fault.accessDenied(), S3Call.any("GET", S3Call.Kind.LIST));

        assertThatThrownBy(this::read)
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("The states of Terraform's s3 backend cannot be listed")
                .hasMessageContaining("does not allow s3:ListBucket");
    }

    @Test
    void aBucketThatIsNotThereIsNamedWithTheKeyThatSaysWhich() {
        assertThatThrownBy(() -> read("bucket", "kolumn-nowhere"))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("bucket 'kolumn-nowhere'")
                .hasMessageContaining("set --from-set bucket");
    }

    @Test
    void everythingThatIsWrongIsToldAtOnceAndNoSecret() {
        assertThatThrownBy(() -> read("bucket", "s3://states", "endpoint", "localhost", "profile", "ada"))
                .isInstanceOf(Configuration.class)
                .hasMessageContainingAll(
                        "--from-set bucket=s3://states: is not a bucket name",
                        "--from-set endpoint=localhost: is not an address",
                        "--from-set profile=ada: is given together with access-key")
                .hasMessageNotContaining(server.secretKey());
    }
}
