package io.kolumn.state.encryption.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.sts.model.StsException;

/** What is said of errors that the KMS of the tests does not make. */
class KmsErrorsTest {

    private static final String KEY = "alias/kolumn";
    private static final String WORDS = "words of another that are not passed on";

    private final KmsErrors errors = new KmsErrors(new KmsSettings(
            KEY, "eu-central-1", URI.create("https://kms.example.org"), null, null, Set.of(), Duration.ofSeconds(5)));

    private String said(SdkException e) {
        String said = String.valueOf(
                errors.failed("kms:Decrypt", KEY, "eu-central-1", e).getMessage());
        assertThat(said)
                .contains("AWS KMS (eu-central-1 at https://kms.example.org)")
                .doesNotContain(WORDS);
        return said;
    }

    private static AwsErrorDetails details(String code) {
        return AwsErrorDetails.builder().errorCode(code).errorMessage(WORDS).build();
    }

    @ParameterizedTest
    @CsvSource({
        "InvalidSignatureException, clock of this machine",
        "ExpiredTokenException, have expired",
        "InvalidClientTokenId, does not know the access key",
        "InvalidKeyUsageException, A symmetric key for encryption is required",
        "InvalidArnException, is not a key of this region",
        "KMSInvalidStateException, cancel that and enable it",
        "LimitExceededException, LimitExceededException (status 400)"
    })
    void whatKmsAnsweredIsToldByItsCode(String code, String part) {
        assertThat(said((SdkException) KmsException.builder()
                        .statusCode(400)
                        .awsErrorDetails(details(code))
                        .build()))
                .contains(part);
    }

    /** A role that may not be assumed is not a right on a key. */
    @Test
    void aServiceThatRefusesCredentialsIsNotTakenForKms() {
        assertThat(said((SdkException) StsException.builder()
                        .statusCode(403)
                        .awsErrorDetails(details("AccessDenied"))
                        .build()))
                .contains("no credentials", "AccessDenied")
                .doesNotContain("kms:Decrypt", "Grant");
    }

    @Test
    void whatWasNotAnsweredIsToldByItsCause() {
        assertThat(said(SdkClientException.create(WORDS, new UnknownHostException(WORDS))))
                .contains("host name is not known");
        assertThat(said(SdkClientException.create(WORDS, new SSLHandshakeException(WORDS))))
                .contains("TLS");
        assertThat(said(SdkClientException.create(WORDS)))
                .contains("does not answer")
                .doesNotContain("Exception");
    }
}
