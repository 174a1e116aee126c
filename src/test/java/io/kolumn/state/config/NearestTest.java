package io.kolumn.state.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    @ParameterizedTest
    @CsvSource({
        "pth, path",
        "paht, path",
        "permisions, permissions",
        "bakup_dir, backup_dir",
        "backup, ",
        "conn, conn_timeout",
        "colour, ",
        "'', "
    })
    void aSlipOfThePenIsUnderstood(String word, String meant) {
        List<String> known = List.of("path", "permissions", "backup_dir", "backup_count", "conn_timeout");

        assertThat(Nearest.of(word, known).orElse(null)).isEqualTo(meant);
    }

    @Test
    void twoLettersThatChangedPlacesAreOneSlip() {
        assertThat(Nearest.distance("paht", "path")).isEqualTo(1);
        assertThat(Nearest.distance("", "path")).isEqualTo(4);
        assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
    }
}
