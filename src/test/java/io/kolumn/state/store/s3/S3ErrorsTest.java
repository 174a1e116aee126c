package io.kolumn.state.store.s3;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.ListQuery;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.store.s3.S3Call.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;

/** What people are told when something is wrong: what it is, and what to do. */
class S3ErrorsTest {

    private static final StateName NAME = StateName.of("prod");
    private static final String SECRET = "the-secret-of-the-test";

    private final TestS3 server = TestS3.embedded();
    private final String bucket = server.newBucket();
    private final S3Door door = server.newDoor();
    private final S3Store store = S3Stores.open(bucket, door, "max_retries", "0");
    private StateHead head;

    @BeforeEach
    void writeOnce() {
        assertThat(store.commit(create(NAME, document(1)))).isTrue();
        head = store.head(NAME).orElseThrow();
    }

    @AfterEach
    void closeAll() {
        store.close();
        door.close();
    }

    private static Unavailable failure(Runnable call) {
        return Objects.requireNonNull(catchThrowableOfType(Unavailable.class, call::run));
    }

    private Unavailable failure(Map<String, String> changed) {
        Map<String, String> config = new HashMap<>(server.config(bucket));
        config.put("endpoint", door.endpoint());
        config.put("max_retries", "0");
        config.putAll(changed);
        try (S3Store wrong = S3Stores.open(config)) {
            return failure(() -> wrong.head(NAME));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "403, AccessDenied, does not allow s3:GetObject",
        "403, RequestTimeTooSkewed, clock of this machine is wrong",
        "400, ExpiredToken, they have expired",
        "403, InvalidAccessKeyId, does not know the access key",
        "403, SignatureDoesNotMatch, secret key does not match the access key",
        "404, NoSuchBucket, does not exist. Create it",
        "503, SlowDown, is throttling requests (SlowDown)",
        "400, KMS.DisabledException, cannot use the key of KMS",
        "500, InternalError, failed with InternalError (status 500)",
        "400, XMinioInvalidObjectName, cannot keep an object of this name",
        "404, '', not an answer of S3",
        "405, MethodNotAllowed, failed with MethodNotAllowed"
    })
    void aReadSaysWhatIsWrong(int status, String code, String said) {
        door.play(S3Fault.error(status, code), S3Call.any("GET", Kind.HEADS));

        assertThat(failure(() -> store.head(NAME)))
                .hasMessageContaining("The head of state 'prod' cannot be read")
                .hasMessageContaining(bucket)
                .hasMessageContaining(said)
                .matches(e -> !e.outcomeUnknown());
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, VERSIONS, s3:PutObject",
        "PUT, HEADS, s3:PutObject",
        "GET, VERSIONS, s3:GetObject" + "",
        "DELETE, VERSIONS, s3:DeleteObject",
        "GET, LIST, s3:ListBucket"
    })
    void theActionThatIsNotAllowedIsNamed(String method, Kind kind, String action) {
        door.play(S3Fault.accessDenied(), S3Call.any(method, kind));
        StateVersion version = Objects.requireNonNull(head.current());
        Runnable call = switch (method + " " + kind) {
            case "GET VERSIONS" -> () -> store.content(NAME, version);
            case "DELETE VERSIONS" -> () -> store.deleteContent(NAME, version);
            case "GET LIST" -> () -> store.list(ListQuery.all());
            default -> () -> store.commit(write(head, document(2)));
        };

        assertThat(failure(call))
                .hasMessageContaining("does not allow " + action)
                .matches(e -> !e.outcomeUnknown());
        assertThat(store.head(NAME)).contains(head);
    }

    @Test
    void theRightRegionIsNamed() {
        door.play(S3Fault.wrongRegion("eu-west-1"), S3Call.any("GET", Kind.HEADS));

        assertThat(failure(() -> store.head(NAME)))
                .hasMessageContaining("is in the region eu-west-1. Set kolumn.state.s3.region=eu-west-1");
    }

    @Test
    void aBucketThatIsNotThereIsNamed() {
        assertThat(failure(Map.of("bucket", "kolumn-nowhere")))
                .hasMessageContaining("bucket 'kolumn-nowhere'")
                .hasMessageContaining("does not exist. Create it, or set kolumn.state.s3.bucket");
    }

    @Test
    void noSecretIsTold() {
        Unavailable failure = failure(Map.of("secret_key", SECRET));

        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            assertThat(String.valueOf(cause.getMessage())).doesNotContain(SECRET);
        }
        assertThat(failure).hasMessageContaining("secret key does not match the access key");
    }

    @Test
    void anUnknownHostIsNamed() {
        assertThat(failure(Map.of("endpoint", "http://no-such-host.invalid")))
                .hasMessageContaining("its host name is not known");
    }

    @ParameterizedTest
    @CsvSource({"500, InternalError", "503, SlowDown"})
    void aHeadWhoseAnswerFailedMayHaveBeenReplaced(int status, String code) {
        door.play(S3Fault.error(status, code), S3Call.any("PUT", Kind.HEADS));

        assertThat(failure(() -> store.commit(write(head, document(2)))))
                .hasMessageContaining("or perhaps it was")
                .matches(Unavailable::outcomeUnknown);
    }

    @ParameterizedTest
    @CsvSource({
        "409, ConditionalRequestConflict",
        "409, OperationAborted",
        "409, ConcurrentModification",
        "409, ''",
        "412, PreconditionFailed"
    })
    void whoComesTooLateIsToldSo(int status, String code) {
        door.play(S3Fault.error(status, code), S3Call.any("PUT", Kind.HEADS));

        assertThat(store.commit(write(head, document(2)))).isFalse();
    }

    /** As a store on folders says it of a name that is too long for these: nobody was quicker, and nobody will be. */
    @ParameterizedTest
    @CsvSource({
        "ExistingObjectIsDirectory, too long for its folders",
        "ObjectParentIsFile, too long for its folders",
        "BucketAlreadyExists, failed with BucketAlreadyExists (status 409)"
    })
    void aConflictWithNoWriterIsNoLostRace(String code, String said) {
        door.play(S3Fault.error(409, code), S3Call.any("PUT", Kind.HEADS));

        assertThat(failure(() -> store.commit(write(head, document(2)))))
                .hasMessageContaining(said)
                .matches(e -> !e.outcomeUnknown());
    }

    @ParameterizedTest
    @CsvSource({
        "503, SlowDown, is throttling requests",
        "409, ExistingObjectIsDirectory, cannot keep a state of this name",
        "403, AccessDenied, The log of the service has the details"
    })
    void everybodyReadsTheKindAndNothingOfThePlace(int status, String code, String told) {
        door.play(S3Fault.error(status, code), S3Call.any("PUT", Kind.HEADS));

        assertThat(failure(() -> store.commit(write(head, document(2)))).publicMessage())
                .contains(told)
                .doesNotContain(bucket)
                .doesNotContain(door.endpoint());
    }

    /** The first attempt replaced the head, and the second one finds it replaced. */
    @Test
    void aSecondAttemptThatFindsTheHeadMovedDoesNotKnow() {
        try (S3Store patient = S3Stores.open(bucket, door, "max_retries", "2")) {
            door.play(1, S3Fault.cutAfter(), S3Call.any("PUT", Kind.HEADS));

            assertThat(failure(() -> patient.commit(write(head, document(2)))).outcomeUnknown())
                    .isTrue();
            assertThat(patient.head(NAME).orElseThrow().lastVersion()).isEqualTo(2);
        }
    }

    @Test
    void slowDownIsWaitedOut() {
        try (S3Store patient = S3Stores.open(bucket, door, "max_retries", "3")) {
            door.play(2, S3Fault.slowDown(), S3Call.any("GET", Kind.HEADS));

            assertThat(patient.head(NAME)).contains(head);
        }
    }

    @Test
    void aDamagedVersionIsNamedAndNotServed() {
        StateVersion version = Objects.requireNonNull(head.current());
        server.client()
                .putObject(
                        request -> request.bucket(bucket).key("versions/prod/+1-" + version.id() + ".klstate"),
                        RequestBody.fromString("{}"));

        assertThatThrownBy(() -> store.content(NAME, version))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("Version 1 of state 'prod'")
                .hasMessageContaining("is damaged in the storage");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"<html>hello</html>|cannot be read", "{\"name\": \"other\"}|it belongs to 'other'"})
    void aHeadThatIsNoneIsNamed(String body, String said) {
        server.client().putObject(request -> request.bucket(bucket).key("heads/odd+"), RequestBody.fromString(body));

        assertThat(failure(() -> store.head(StateName.of("odd"))))
                .hasMessageContaining("The head of state 'odd'")
                .hasMessageContaining(said);
    }
}
