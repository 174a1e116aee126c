package io.kolumn.state.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditEndTest {

    @TempDir
    Path folder;

    private AuditEnd of(String text) throws IOException {
        return AuditEnd.of(Files.writeString(folder.resolve("audit.jsonl"), text));
    }

    private static String line(long number) {
        return new String(AuditRecord.line(number, AuditRecord.NONE, Map.of("event", "put")), StandardCharsets.UTF_8);
    }

    private static String hash(String text) {
        return AuditRecord.hash(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anEmptyFileHasNoLine() throws IOException {
        AuditEnd end = of("");

        assertThat(end.empty()).isTrue();
        assertThat(end.last()).isEmpty();
        assertThat(end.torn()).isNull();
        assertThat(end.first()).isEqualTo(1);
    }

    @Test
    void theLastWholeLineIsFoundBehindOthers() throws IOException {
        AuditEnd end = of(line(7) + "\n" + line(8) + "\n" + line(9) + "\n");

        assertThat(end.empty()).isFalse();
        assertThat(end.last()).contains(new AuditTrails.End(9, hash(line(9))));
        assertThat(end.first()).isEqualTo(7);
        assertThat(end.torn()).isNull();
    }

    @Test
    void anUnfinishedLineIsTornAndNotTheLast() throws IOException {
        AuditEnd end = of(line(1) + "\n{\"n\":2,\"prev");

        assertThat(end.last()).contains(new AuditTrails.End(1, hash(line(1))));
        assertThat(end.torn()).isEqualTo(hash("{\"n\":2,\"prev"));
    }

    @Test
    void anUnfinishedLineAloneIsNoLine() throws IOException {
        AuditEnd end = of("{\"n\":1");

        assertThat(end.empty()).isFalse();
        assertThat(end.last()).isEmpty();
        assertThat(end.torn()).isEqualTo(hash("{\"n\":1"));
    }

    @Test
    void aLineOfAnotherFileIsAnErrorOnlyForWhoAsksForIt() throws IOException {
        AuditEnd end = of("not a trail\n");

        assertThat(end.empty()).isFalse();
        assertThat(end.torn()).isNull();
        assertThatThrownBy(end::last).isInstanceOf(IOException.class);
    }
}
