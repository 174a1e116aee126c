package io.kolumn.state.store.s3;

import io.kolumn.state.StateException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** The requests that the store makes of its bucket; makes {@link StateException.Unavailable} of what goes wrong. */
final class S3Bucket implements AutoCloseable {

    /** Of S3 itself, for one answer. */
    static final int MAX_PAGE = 1000;

    /** How long a request without a document may take: one attempt, and all of them with their pauses. */
    private static final Duration ATTEMPT = Duration.ofSeconds(5);

    private static final Duration ALL_ATTEMPTS = Duration.ofSeconds(15);
    private static final int UNCHANGED = 304;

    /** Takes what it wants from an object while it arrives. */
    interface Reading<T> {
        T from(GetObjectResponse answer, InputStream in) throws IOException;
    }

    /** The bytes of an object, as often as they are sent. */
    record Body(ContentStreamProvider bytes, long size, String type) {

        static Body json(byte[] bytes) {
            return of(bytes, "application/json");
        }

        static Body of(byte[] bytes, String type) {
            return new Body(() -> new ByteArrayInputStream(bytes), bytes.length, type);
        }
    }

    /**
     * An object that was read or found unchanged.
     *
     * @param content null if the object still has the tag that was known
     */
    record Found<T>(@Nullable T content) {}

    private final S3Client client;
    private final S3Settings settings;
    private final S3Errors errors;

    /** @param client goes when the bucket is closed */
    S3Bucket(S3Client client, S3Settings settings) {
        this(client, settings, "kolumn.state.s3.");
    }

    /** @param keys what stands before the keys of the bucket, in messages */
    S3Bucket(S3Client client, S3Settings settings, String keys) {
        this.client = client;
        this.settings = settings;
        this.errors = new S3Errors(settings, keys);
    }

    /** A small object; empty if there is none. */
    <T> Optional<T> read(String what, String key, Reading<T> reading) {
        return get(what, key, null, true, reading).flatMap(found -> Optional.ofNullable(found.content()));
    }

    /** A small object that may have been read before, with this tag; empty if there is none. */
    <T> Optional<Found<T>> readUnless(String what, String key, @Nullable String tag, Reading<T> reading) {
        return get(what, key, tag, true, reading);
    }

    /** An object of any size, which takes the time that it takes; empty if there is none. */
    <T> Optional<T> readLarge(String what, String key, Reading<T> reading) {
        return get(what, key, null, false, reading).flatMap(found -> Optional.ofNullable(found.content()));
    }

    private <T> Optional<Found<T>> get(
            String what, String key, @Nullable String tag, boolean small, Reading<T> reading) {
        try {
            return Optional.of(new Found<>(client.getObject(
                    request -> {
                        request.bucket(settings.bucket()).key(key).ifNoneMatch(tag);
                        if (small) {
                            request.overrideConfiguration(S3Bucket::small);
                        }
                    },
                    transformer(reading))));
        } catch (SdkException e) {
            if (tag != null && e instanceof S3Exception answer && answer.statusCode() == UNCHANGED) {
                return Optional.of(new Found<>(null));
            }
            if (S3Errors.missing(e)) {
                return Optional.empty();
            }
            throw refusalWithin(e).orElseGet(() -> errors.failed(what, "s3:GetObject", e));
        }
    }

    /**
     * Reads the object from the connection itself; a connection that breaks is another attempt's matter, and one on which
     * something else comes than was expected is given up with whatever would still come.
     */
    private static <T> ResponseTransformer<GetObjectResponse, T> transformer(Reading<T> reading) {
        return (answer, in) -> {
            try {
                return reading.from(answer, in);
            } catch (IOException e) {
                throw RetryableException.create("The answer broke off", e);
            } catch (StateException e) {
                in.abort();
                throw e;
            }
        };
    }

    /** What the reading itself found wrong with the object, however deep the SDK wrapped it. */
    private static Optional<StateException> refusalWithin(SdkException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof StateException refusal) {
                return Optional.of(refusal);
            }
        }
        return Optional.empty();
    }

    private static void small(AwsRequestOverrideConfiguration.Builder override) {
        override.apiCallAttemptTimeout(ATTEMPT).apiCallTimeout(ALL_ATTEMPTS);
    }

    /** Writes an object that nobody else writes, or that may replace any other. */
    PutObjectResponse write(String what, String key, Body body, boolean document) {
        try {
            return put(key, body, request -> {
                if (document) {
                    request.storageClass(settings.storageClass().equals("STANDARD") ? null : settings.storageClass());
                } else {
                    request.overrideConfiguration(S3Bucket::small);
                }
            });
        } catch (SdkException e) {
            throw errors.failed(what, "s3:PutObject", e);
        }
    }

    /**
     * Writes a small object if it is still the one with this tag, or still absent if that is null.
     *
     * @return the answer, or null if it had moved; where a second attempt found it moved, that may be the first one's doing,
     *     and the outcome is unknown
     */
    @Nullable
    PutObjectResponse writeIf(String what, String key, Body body, @Nullable String tag) {
        try {
            return put(key, body, request -> {
                request.overrideConfiguration(override -> {
                    small(override);
                    if (body.bytes() instanceof HeldBody held) {
                        override.putExecutionAttribute(HeldBody.ATTRIBUTE, held);
                    }
                });
                if (tag == null) {
                    request.ifNoneMatch("*");
                } else {
                    request.ifMatch(tag);
                }
            });
        } catch (SdkException e) {
            if (S3Errors.moved(e) && S3Errors.once(e)) {
                return null;
            }
            throw errors.uncertain(what, "s3:PutObject", e);
        }
    }

    private PutObjectResponse put(String key, Body body, Consumer<PutObjectRequest.Builder> more) {
        return client.putObject(
                request -> {
                    request.bucket(settings.bucket()).key(key).acl(settings.acl());
                    if (settings.kmsKey() != null) {
                        request.serverSideEncryption(ServerSideEncryption.AWS_KMS)
                                .ssekmsKeyId(settings.kmsKey());
                    } else if (settings.encrypt()) {
                        request.serverSideEncryption(ServerSideEncryption.AES256);
                    }
                    more.accept(request);
                },
                RequestBody.fromContentProvider(body.bytes(), body.size(), body.type()));
    }

    /** Nothing to remove is not an error. */
    void remove(String what, String key) {
        try {
            client.deleteObject(
                    request -> request.bucket(settings.bucket()).key(key).overrideConfiguration(S3Bucket::small));
        } catch (SdkException e) {
            if (!S3Errors.missing(e)) {
                throw errors.failed(what, "s3:DeleteObject", e);
            }
        }
    }

    /** A page of keys in byte order. */
    ListObjectsV2Response list(String what, String prefix, @Nullable String after, int limit) {
        try {
            return client.listObjectsV2(request -> request.bucket(settings.bucket())
                    .prefix(prefix)
                    .startAfter(after)
                    .maxKeys(Math.min(limit, MAX_PAGE))
                    .overrideConfiguration(S3Bucket::small));
        } catch (SdkException e) {
            throw errors.failed(what, "s3:ListBucket", e);
        }
    }

    /** Everything under a prefix, and the time of the store when it was listed. */
    List<S3Object> listAll(String what, String prefix, Consumer<Instant> time) {
        List<S3Object> all = new ArrayList<>();
        String after = null;
        ListObjectsV2Response page;
        do {
            page = list(what, prefix, after, MAX_PAGE);
            time(page).ifPresent(time);
            all.addAll(page.contents());
            after = all.isEmpty() ? null : all.getLast().key();
        } while (Boolean.TRUE.equals(page.isTruncated()) && after != null);
        return all;
    }

    /** The time of the store when it answered, if it says. */
    static Optional<Instant> time(SdkResponse answer) {
        try {
            return answer.sdkHttpResponse()
                    .firstMatchingHeader("Date")
                    .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
