package io.kolumn.state.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.store.DocumentSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of JSON as {@code kubectl} and {@code consul} write them of Terraform's backends. */
class EncodedSourcesTest {

    private static final byte[] STATE = state("one");

    @TempDir
    Path folder;

    private final Map<String, byte[]> found = new LinkedHashMap<>();
    private final Map<String, String> refused = new LinkedHashMap<>();
    private final Map<String, String> skipped = new LinkedHashMap<>();
    private final DocumentSource.Receiver receiver = new DocumentSource.Receiver() {
        @Override
        public void document(String name, StateDocument document) {
            found.put(name, document.toBytes());
        }

        @Override
        public void refused(String name, String why) {
            refused.put(name, why);
        }

        @Override
        public void skipped(String where, String why) {
            skipped.put(where, why);
        }
    };

    private static byte[] state(String lineage) {
        return ("{\"version\": 4, \"serial\": 1, \"lineage\": \"" + lineage + "\", \"outputs\": {}, \"resources\": []}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] zipped(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private Path file(String json) throws IOException {
        return Files.writeString(folder.resolve("export.json"), json);
    }

    // Kubernetes.

    private static String secret(String name, String workspace, String suffix, byte[] data) {
        return """
                {"kind": "Secret", "metadata": {"name": "%s", "namespace": "tf", "labels": {"tfstate": "true",
                 "tfstateWorkspace": "%s", "tfstateSecretSuffix": "%s"}}, "data": {"tfstate": "%s"}}""".formatted(name, workspace, suffix, base64(data));
    }

    private void secrets(String... items) throws IOException {
        new KubernetesSecrets(file("{\"kind\": \"List\", \"items\": [" + String.join(",", items) + "]}"))
                .read(receiver);
    }

    @Test
    void statesInSecretsAreRead() throws IOException {
        byte[] large = zipped(state("large"));
        secrets(
                secret("tfstate-default-net", "default", "net", zipped(STATE)),
                secret("tfstate-prod-net", "prod", "net", zipped(state("prod"))),
                secret("tfstate-default-big-part-1", "default", "big", Arrays.copyOfRange(large, 20, large.length)),
                secret("tfstate-default-big", "default", "big", Arrays.copyOf(large, 20)),
                secret("tfstate-default-x-part-1", "default", "x-part-1", zipped(state("x"))),
                "{\"kind\": \"Secret\", \"metadata\": {\"name\": \"tls\", \"namespace\": \"tf\"}, \"data\": {}}");

        assertThat(found).containsOnlyKeys("net", "net/prod", "big", "x-part-1");
        assertThat(found.get("net")).isEqualTo(STATE);
        assertThat(found.get("net/prod")).isEqualTo(state("prod"));
        assertThat(found.get("big")).isEqualTo(state("large"));
        assertThat(skipped).containsOnlyKeys("tf/tls", "tf/tfstate-default-big-part-1");
        assertThat(refused).isEmpty();
    }

    @Test
    void aStateOfWhichASecretIsMissingIsTold() throws IOException {
        byte[] large = zipped(state("large"));
        secrets(
                secret("tfstate-default-cut", "default", "cut", Arrays.copyOf(large, 20)),
                secret("tfstate-default-gap", "default", "gap", Arrays.copyOf(large, 20)),
                secret("tfstate-default-gap-part-2", "default", "gap", Arrays.copyOfRange(large, 20, large.length)),
                secret("tfstate-default-head-part-1", "default", "head", large),
                secret("tfstate-default-unlabelled", "", "", zipped(STATE)),
                secret("tfstate-default-broken", "default", "broken", "no gzip".getBytes(StandardCharsets.UTF_8)));

        assertThat(found).isEmpty();
        assertThat(refused)
                .containsOnlyKeys("cut", "gap", "tf/tfstate-default-head", "tf/tfstate-default-unlabelled", "broken");
        assertThat(refused.get("cut")).contains("is incomplete");
        assertThat(refused.get("gap")).contains("tfstate-default-gap-part-1 is not in the file");
    }

    @Test
    void aFileOfSomethingElseIsRefused() throws IOException {
        Path text = file("apiVersion: v1");
        assertThatThrownBy(() -> new KubernetesSecrets(text).read(receiver))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("is not JSON. Create it with kubectl");
        assertThatThrownBy(() -> new ConsulKeys(text).read(receiver))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("consul kv export");
    }

    // Consul.

    private static String key(String key, byte[] value) {
        return "{\"key\": \"%s\", \"flags\": 0, \"value\": \"%s\"}".formatted(key, base64(value));
    }

    private void keys(String... entries) throws IOException {
        new ConsulKeys(file("[" + String.join(",", entries) + "]")).read(receiver);
    }

    private static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] head(String path, String hash, int pieces) {
        StringBuilder chunks = new StringBuilder();
        for (int piece = 0; piece < pieces; piece++) {
            chunks.append(piece == 0 ? "" : ",")
                    .append('"')
                    .append(path)
                    .append("/tfstate.")
                    .append(hash)
                    .append('/')
                    .append(piece)
                    .append('"');
        }
        return ("{\"current-hash\": \"" + hash + "\", \"chunks\": [" + chunks + "]}").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void statesInKeysAreRead() throws IOException {
        byte[] large = state("large");
        byte[] zipped = zipped(large);
        String hash = md5(large);
        keys(
                key("tf/net", STATE),
                key("tf/net-env:prod", zipped(state("prod"))),
                key("tf/net/.lock", new byte[0]),
                key("tf/net/.lockinfo", "{}".getBytes(StandardCharsets.UTF_8)),
                key("tf/", new byte[0]),
                key("tf/big", head("tf/big", hash, 2)),
                key("tf/big/tfstate." + hash + "/0", Arrays.copyOf(zipped, 30)),
                key("tf/big/tfstate." + hash + "/1", Arrays.copyOfRange(zipped, 30, zipped.length)),
                key("tf/note", "\"hello\"".getBytes(StandardCharsets.UTF_8)));

        assertThat(found).containsOnlyKeys("tf/net", "tf/net/prod", "tf/big");
        assertThat(found.get("tf/net")).isEqualTo(STATE);
        assertThat(found.get("tf/net/prod")).isEqualTo(state("prod"));
        assertThat(found.get("tf/big")).isEqualTo(large);
        assertThat(skipped).hasSize(5);
        assertThat(refused).containsOnlyKeys("tf/note");
    }

    @Test
    void aStateOfWhichAPieceIsMissingOrAnotherIsTold() throws IOException {
        byte[] large = state("large");
        String hash = md5(large);
        keys(
                key("cut", head("cut", hash, 2)),
                key("cut/tfstate." + hash + "/0", Arrays.copyOf(large, 30)),
                key("other", head("other", hash, 1)),
                key("other/tfstate." + hash + "/0", state("other")),
                key("lost/tfstate." + hash + "/0", large));

        assertThat(found).isEmpty();
        assertThat(refused).containsOnlyKeys("cut", "other", "lost/tfstate." + hash + "/0");
        assertThat(refused.get("cut")).contains("cut/tfstate." + hash + "/1 is not in the file");
        assertThat(refused.get("other")).contains("do not match its checksum");
    }
}
