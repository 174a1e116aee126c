package io.kolumn.state.store.s3;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.config.IoFault;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.apache.http.conn.ConnectTimeoutException;
import org.apache.http.conn.ConnectionPoolTimeoutException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What an error of the store means for people and for the outcome of a commit. No message holds a credential, a signature
 * or a document: the store's own words are passed on only where they are about names and rights.
 */
final class S3Errors {

    /** What stores say with 409 to whom another was quicker; some say nothing. Other conflicts are none with a writer. */
    private static final Set<String> CONFLICTS = Set.of(
            "", "ConditionalRequestConflict", "OperationAborted", "ConcurrentModification", "PreconditionFailed");

    /** What stores on folders say of a name that is too long for these, or that is a folder's. */
    private static final Set<String> NAMES = Set.of(
            "ExistingObjectIsDirectory",
            "ObjectParentIsFile",
            "KeyTooLongError",
            "KeyTooLong",
            "XMinioInvalidObjectName");

    private static final Set<String> THROTTLED = Set.of(
            "SlowDown", "ServiceUnavailable", "RequestLimitExceeded", "Throttling", "ThrottlingException", "Busy");
    private static final Set<String> UNSUPPORTED = Set.of("NotImplemented", "InvalidArgument", "InvalidRequest");
    private static final Set<String> ELSEWHERE = Set.of(
            "PermanentRedirect",
            "TemporaryRedirect",
            "AuthorizationHeaderMalformed",
            "IllegalLocationConstraintException",
            "IncorrectEndpoint");

    /** What AWS says which right is missing, and which region it expects. */
    private static final Pattern ACTION = Pattern.compile("perform: ([a-z0-9-]{1,40}:[A-Za-z]{1,80})");

    private static final Pattern EXPECTED_REGION = Pattern.compile("expecting '([a-z0-9-]{1,40})'");

    private final S3Settings settings;
    private final String keys;

    /** @param keys what stands before the keys of the bucket where somebody sets them, such as {@code kolumn.state.s3.} */
    S3Errors(S3Settings settings, String keys) {
        this.settings = settings;
        this.keys = keys;
    }

    /** Nothing was changed, or nothing that anybody looks at. */
    Unavailable failed(String what, String action, SdkException e) {
        Unavailable failure = new Unavailable(what + ": " + reason(action, e), e);
        String kind = kind(e);
        return kind.isEmpty() ? failure : failure.telling(kind);
    }

    /** The head may have been replaced, unless the store said that it did not or was never asked. */
    Unavailable uncertain(String what, String action, SdkException e) {
        if (refused(e)) {
            return failed(what, action, e);
        }
        Unavailable failure = Unavailable.outcomeUnknown(what + ", or perhaps it was: " + reason(action, e), e);
        String kind = kind(e);
        return kind.isEmpty() ? failure : failure.telling(kind + " The outcome is uncertain. Check first.");
    }

    /** What every caller may read; empty where only those who run the service can do something about it. */
    private static String kind(SdkException e) {
        if (e instanceof AwsServiceException answer) {
            return NAMES.contains(code(answer))
                    ? "The storage cannot keep a state of this name. Choose a shorter one."
                    : throttled(answer) ? "The storage is throttling requests. Try again in a moment." : "";
        }
        return late(e) ? "The storage did not answer in time. Try again in a moment." : "";
    }

    private static boolean throttled(AwsServiceException answer) {
        return THROTTLED.contains(code(answer)) || answer.statusCode() == 429;
    }

    private static boolean late(SdkException e) {
        return e instanceof ApiCallTimeoutException
                || e instanceof ApiCallAttemptTimeoutException
                || causedBy(e, SocketTimeoutException.class);
    }

    private static boolean refused(SdkException e) {
        if (noCredentials(e)) {
            return e.numAttempts() == null || once(e);
        }
        if (!once(e)) {
            return false;
        }
        if (e instanceof AwsServiceException answer) {
            return answer.statusCode() >= 300 && answer.statusCode() < 500 && answer.statusCode() != 408;
        }
        return causedBy(e, UnknownHostException.class)
                || causedBy(e, ConnectTimeoutException.class)
                || causedBy(e, ConnectException.class)
                || causedBy(e, ConnectionPoolTimeoutException.class);
    }

    private static boolean noCredentials(SdkException e) {
        return !(e instanceof AwsServiceException) && words(e).contains("credentials");
    }

    /** Whether it was asked once: a second attempt can meet what the first one did. */
    static boolean once(SdkException e) {
        return Integer.valueOf(1).equals(e.numAttempts());
    }

    /** Whether a conditional PUT says that the object is not, or no longer, as it was when it was read. */
    static boolean moved(SdkException e) {
        return e instanceof AwsServiceException answer
                && (answer.statusCode() == 412
                        || (answer.statusCode() == 409 && CONFLICTS.contains(code(answer)))
                        || missing(e));
    }

    /** Whether there is no such object; a 404 that says something else, or nothing, is no such answer. */
    static boolean missing(SdkException e) {
        return e instanceof AwsServiceException answer
                && answer.statusCode() == 404
                && code(answer).equals("NoSuchKey");
    }

    /** Whether the store gave an answer that is about what was asked for, and may be another for the next object. */
    static boolean aboutTheObject(Unavailable failure) {
        return failure.getCause() instanceof AwsServiceException answer
                && answer.statusCode() >= 400
                && answer.statusCode() < 500
                && !code(answer).equals("NoSuchBucket")
                && answer.statusCode() != 429;
    }

    /** Whether the store says that it does not know what a header asks for. */
    static boolean unsupported(Unavailable failure) {
        return failure.getCause() instanceof AwsServiceException answer
                && (answer.statusCode() == 501 || UNSUPPORTED.contains(code(answer)));
    }

    private String reason(String action, SdkException e) {
        return "bucket '" + settings.bucket() + "' at " + settings.place() + " "
                + (e instanceof AwsServiceException answer ? answered(action, answer) : unanswered(e));
    }

    private String answered(String action, AwsServiceException answer) {
        String code = code(answer);
        return switch (code) {
            case "NoSuchBucket" -> "does not exist. Create it, or set " + keys + "bucket.";
            case "AccessDenied", "AllAccessDisabled", "AccountProblem" -> denied(action, answer);
            case "InvalidAccessKeyId" -> "does not know the access key.";
            case "SignatureDoesNotMatch" -> "rejected the signature: the secret key does not match the access key.";
            case "ExpiredToken", "TokenRefreshRequired" ->
                "rejected the credentials: they have expired. Configure new ones (a session_token is temporary).";
            case "InvalidToken" -> "rejected the session token.";
            case "RequestTimeTooSkewed", "RequestExpired" ->
                "rejected the request: the clock of this machine is wrong. Synchronize it with NTP.";
            case "AccessControlListNotSupported" -> "does not support ACLs of objects. Omit " + keys + "acl.";
            case "InvalidObjectState" -> "has the object in an archive (Glacier). Restore it there first.";
            case "NotImplemented" ->
                "does not know a required header: " + quoted(answer)
                        + ". It may not support conditional writes or the requested encryption (encrypt=false).";
            default -> otherwise(action, code, answer);
        };
    }

    private String otherwise(String action, String code, AwsServiceException answer) {
        if (ELSEWHERE.contains(code) || answer.statusCode() == 301 || answer.statusCode() == 307) {
            return region(answer)
                    .map(region -> "is in the region " + region + ". Set " + keys + "region=" + region + ".")
                    .orElse("is in another region or at another endpoint. Set " + keys + "region.");
        }
        if (code.startsWith("KMS")) {
            return "cannot use the key of KMS (" + code + "): " + quoted(answer) + ". Check " + keys + "kms-key-id.";
        }
        if (throttled(answer)) {
            return "is throttling requests (" + (code.isEmpty() ? "429" : code) + "), after " + attempts(answer) + ".";
        }
        if (answer.statusCode() == 403) {
            return denied(action, answer);
        }
        if (NAMES.contains(code)) {
            return "cannot keep an object of this name (" + code + "): it is too long for its folders. Choose a shorter"
                    + " name for the state.";
        }
        if (code.isEmpty()) {
            return "answered with status " + answer.statusCode() + ", which is not an answer of S3. Check that " + keys
                    + "endpoint is an S3 compatible store.";
        }
        return "failed with " + code + " (status " + answer.statusCode() + "), after " + attempts(answer) + ".";
    }

    private String denied(String action, AwsServiceException answer) {
        String words = words(answer);
        Matcher named = ACTION.matcher(words);
        String right = named.find() ? named.group(1) : action;
        String more = right.equals("s3:GetObject")
                ? " (s3:ListBucket is also required: without it, a missing object is denied)"
                : "";
        return "does not allow " + right + more + ". Grant it (docs/s3.md), or configure other credentials.";
    }

    private static Optional<String> region(AwsServiceException answer) {
        AwsErrorDetails details = answer.awsErrorDetails();
        Optional<String> told = details == null || details.sdkHttpResponse() == null
                ? Optional.empty()
                : details.sdkHttpResponse().firstMatchingHeader("x-amz-bucket-region");
        Matcher expected = EXPECTED_REGION.matcher(words(answer));
        return told.filter(region -> region.matches("[a-z0-9-]{1,40}"))
                .or(() -> expected.find() ? Optional.of(expected.group(1)) : Optional.empty());
    }

    private String unanswered(SdkException e) {
        if (causedBy(e, UnknownHostException.class)) {
            return "cannot be reached: its host name is not known.";
        }
        if (causedBy(e, SSLException.class)) {
            return "failed in TLS: " + firstLine(String.valueOf(last(e).getMessage())) + ".";
        }
        if (causedBy(e, ConnectionPoolTimeoutException.class)) {
            return "had no free connection (quarkus.s3.sync-client.apache.max-connections).";
        }
        if (causedBy(e, ConnectTimeoutException.class)) {
            return "cannot be reached: no answer.";
        }
        if (causedBy(e, ConnectException.class)) {
            return "cannot be reached: connection refused.";
        }
        if (late(e)) {
            return "did not answer in time.";
        }
        if (noCredentials(e)) {
            return "cannot be used without credentials. Set " + keys + "access-key and secret-key, a profile,"
                    + " or give this machine a role.";
        }
        return "closed the connection, or did not answer like S3"
                + (last(e) instanceof IOException fault ? " (" + IoFault.text(fault) + ")." : ".");
    }

    private static String attempts(SdkException e) {
        Integer attempts = e.numAttempts();
        return attempts == null || attempts == 1 ? "one attempt" : attempts + " attempts";
    }

    private static String code(AwsServiceException e) {
        AwsErrorDetails details = e.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }

    /** The store's own words, in one short line. */
    private static String quoted(AwsServiceException e) {
        String line = firstLine(words(e));
        return line.length() > 200 ? line.substring(0, 200) : line;
    }

    private static String words(SdkException e) {
        if (e instanceof AwsServiceException answer && answer.awsErrorDetails() != null) {
            return String.valueOf(answer.awsErrorDetails().errorMessage());
        }
        return String.valueOf(e.getMessage());
    }

    private static String firstLine(String text) {
        String line = text.lines().findFirst().orElse("").strip();
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }

    private static Throwable last(Throwable e) {
        Throwable last = e;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last;
    }

    private static boolean causedBy(Throwable e, Class<? extends Throwable> type) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
