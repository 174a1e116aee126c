package io.kolumn.state.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.access.SealedCredentials.Opened;
import io.kolumn.state.access.SealedCredentials.Purpose;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class SealedCredentialsTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String FIRST = "a secret of thirty-two characters";
    private static final String SECOND = "another secret of thirty-two chars";
    private static final Duration LIFE = Duration.ofMinutes(15);
    private static final String TOKEN = "Bearer kst_s3cr3t";

    private final SealedCredentials random = SealedCredentials.of(List.of(), at(NOW));

    private static Clock at(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    private static SealedCredentials with(String... secrets) {
        return SealedCredentials.of(List.of(secrets), at(NOW));
    }

    @Test
    void aTextGivesBackWhatItHolds() {
        String text = random.seal(Purpose.UPLOAD, TOKEN, LIFE, "state\nä");

        assertThat(random.open(Purpose.UPLOAD, text)).contains(new Opened(TOKEN, "state\nä"));
        assertThat(random.open(Purpose.UPLOAD, random.seal(Purpose.UPLOAD, null, LIFE, "")))
                .contains(new Opened(null, ""));
    }

    @Test
    void aTextShowsNothing() {
        String text = random.seal(Purpose.SESSION, TOKEN, LIFE, "content");

        String bytes = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.ISO_8859_1);
        assertThat(bytes).doesNotContain("s3cr3t").doesNotContain("content");
        assertThat(random.seal(Purpose.SESSION, TOKEN, LIFE, "content")).isNotEqualTo(text);
        assertThat(random.open(Purpose.SESSION, text).orElseThrow().toString()).doesNotContain("s3cr3t");
    }

    @Test
    void aTextIsOfOnePurpose() {
        String text = random.seal(Purpose.SESSION, TOKEN, LIFE, "");

        assertThat(random.open(Purpose.UPLOAD, text)).isEmpty();
    }

    @Test
    void aTextEnds() {
        String text = with(FIRST).seal(Purpose.UPLOAD, TOKEN, LIFE, "");

        assertThat(SealedCredentials.of(List.of(FIRST), at(NOW.plus(LIFE).minusMillis(1)))
                        .open(Purpose.UPLOAD, text))
                .isPresent();
        assertThat(SealedCredentials.of(List.of(FIRST), at(NOW.plus(LIFE))).open(Purpose.UPLOAD, text))
                .isEmpty();
    }

    @Test
    void everyAlteredByteIsNoticed() {
        byte[] bytes = Base64.getUrlDecoder().decode(random.seal(Purpose.UPLOAD, TOKEN, LIFE, "x"));
        for (int i = 0; i < bytes.length; i++) {
            byte[] altered = bytes.clone();
            altered[i] ^= 1;
            assertThat(random.open(
                            Purpose.UPLOAD,
                            Base64.getUrlEncoder().withoutPadding().encodeToString(altered)))
                    .as("byte %d", i)
                    .isEmpty();
        }
    }

    @Test
    void whatIsNoSuchTextIsNotOpened() {
        for (String text : List.of("", "x", "!", "AAAA", "A".repeat(17), "A".repeat(4000))) {
            assertThat(random.open(Purpose.UPLOAD, text)).as(text).isEmpty();
        }
    }

    @Test
    void secretsChangeOneAfterTheOther() {
        String old = with(FIRST).seal(Purpose.SESSION, TOKEN, LIFE, "");
        String next = with(SECOND, FIRST).seal(Purpose.SESSION, TOKEN, LIFE, "");

        assertThat(with(SECOND, FIRST).open(Purpose.SESSION, old)).isPresent();
        assertThat(with(SECOND).open(Purpose.SESSION, next)).isPresent();
        assertThat(with(SECOND).open(Purpose.SESSION, old)).isEmpty();
        assertThat(with(FIRST).open(Purpose.SESSION, next)).isEmpty();
        assertThat(SealedCredentials.of(List.of(), at(NOW)).open(Purpose.SESSION, old))
                .isEmpty();
    }
}
