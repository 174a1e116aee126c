package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentCodingTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip | GZIP",
                "GZip | GZIP",
                "x-gzip | GZIP",
                "gzip, deflate, br | GZIP",
                "br;q=1.0, gzip;q=0.2 | GZIP",
                "gzip;q=1.000 | GZIP",
                "gzip ; q = 0.001 | GZIP",
                "* | GZIP",
                "br, *;q=0.1 | GZIP",
                "identity, gzip | GZIP",
                "identity;q=0.5, gzip;q=0.5 | GZIP",
                "gzip;q=0.5, identity;q=0 | GZIP",
                "'' | IDENTITY",
                "identity | IDENTITY",
                "br | IDENTITY",
                "gzipped | IDENTITY",
                "gzip;q=0 | IDENTITY",
                "gzip;q=0.000 | IDENTITY",
                "gzip;q=0, * | IDENTITY",
                "*;q=0 | IDENTITY",
                "gzip;q=0.5, identity | IDENTITY",
                "gzip;q=0.5, identity;q=0.8 | IDENTITY",
                "gzip;q=2 | IDENTITY",
                "gzip;q=x | IDENTITY",
                "gzip;q=-1 | IDENTITY",
                "gzip;level=9 | IDENTITY",
                "identity;q=0 | IDENTITY",
                "identity;q=0, gzip;q=0 | IDENTITY",
                ",;,; | IDENTITY"
            })
    void whatIsAcceptedDecides(String accepted, ContentCoding coding) {
        assertThat(ContentCoding.of(accepted, 2048)).isEqualTo(coding);
    }

    @Test
    void whoAsksForNothingGetsItAsItIs() {
        assertThat(ContentCoding.of(null, 1 << 20)).isEqualTo(ContentCoding.IDENTITY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "*"})
    void aSmallBodyIsNotWorthIt(String accepted) {
        assertThat(ContentCoding.of(accepted, 2047)).isEqualTo(ContentCoding.IDENTITY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip, identity;q=0", "*, identity;q=0", "gzip, *;q=0"})
    void aSmallBodyIsCompressedForWhoTakesNoOther(String accepted) {
        assertThat(ContentCoding.of(accepted, 1)).isEqualTo(ContentCoding.GZIP);
    }
}
