package io.kolumn.state.encryption.keys;

import io.kolumn.state.StateException.Unavailable;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.apache.http.conn.ConnectTimeoutException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.model.KmsException;

/** What an error of AWS KMS means for people: which key, what to do. Words of KMS are not passed on. */
final class KmsErrors {

    private final KmsSettings settings;

    KmsErrors(KmsSettings settings) {
        this.settings = settings;
    }

    /**
     * @param action the right that the request needs, such as {@code kms:Decrypt}
     * @param key as it was asked for
     */
    Unavailable failed(String action, String key, String region, SdkException e) {
        String place = settings.place(region);
        String unasked = place + " was not asked for key '" + key + "': ";
        String message = switch (e) {
            case KmsException answer -> answered(action, "Key '" + key + "' of " + place, place, answer);
            case AwsServiceException other ->
                unasked + "there are no credentials: the service for them answered "
                        + (code(other).isEmpty() ? "with status " + other.statusCode() : code(other)) + ".";
            default -> unasked + unanswered(e);
        };
        return new Unavailable(message, e);
    }

    private static String answered(String action, String key, String place, KmsException answer) {
        String code = code(answer);
        return switch (code) {
            case "AccessDeniedException", "AccessDenied" ->
                key + " does not allow " + action + ". Grant it to the service, in the policy of its role or of the key"
                        + " (docs/encryption.md).";
            case "DisabledException" -> key + " is disabled. Enable it.";
            case "KMSInvalidStateException" ->
                key + " cannot be used in its state: where its deletion is pending, cancel that and enable it.";
            case "NotFoundException" -> key + " does not exist. Check the key, its region and its account.";
            case "InvalidArnException" -> key + " is not a key of this region or endpoint.";
            case "InvalidKeyUsageException", "UnsupportedOperationException" ->
                key + " has the wrong type. A symmetric key for encryption is required.";
            case "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId" ->
                place + " does not know the access key, or its session token.";
            case "InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature" ->
                place + " rejected the signature. Check the secret key, the region of the endpoint, and the clock of"
                        + " this machine.";
            case "ExpiredTokenException", "ExpiredToken", "RequestExpired" ->
                place + " rejected the credentials: they have expired.";
            default -> otherwise(action, key, place, code, answer);
        };
    }

    private static String otherwise(String action, String key, String place, String code, KmsException answer) {
        String attempts = attempts(answer);
        if (code.toLowerCase(Locale.ROOT).contains("throttl") || answer.statusCode() == 429) {
            return place + " asks to slow down, after " + attempts + " at " + action + ".";
        }
        if (code.isEmpty()) {
            return place + " answered with status " + answer.statusCode()
                    + ", which is not an answer of KMS. Check kolumn.state.encryption.aws-kms.endpoint.";
        }
        return key + " failed " + action + " with " + code + " (status " + answer.statusCode() + "), after " + attempts
                + ".";
    }

    private static String unanswered(SdkException e) {
        if (causedBy(e, UnknownHostException.class)) {
            return "its host name is not known.";
        }
        if (causedBy(e, SSLException.class)) {
            return "TLS failed. Check that its certificate is trusted.";
        }
        if (causedBy(e, ConnectTimeoutException.class) || causedBy(e, SocketTimeoutException.class)) {
            return "it does not answer.";
        }
        if (causedBy(e, ConnectException.class)) {
            return "it cannot be reached: connection refused.";
        }
        if (String.valueOf(e.getMessage()).contains("credentials")) {
            return "there are no credentials in kolumn.state.encryption.aws-kms.* or in the AWS credentials chain"
                    + " (environment, web identity, profile, machine role).";
        }
        return "it does not answer, after " + attempts(e) + ".";
    }

    private static String attempts(SdkException e) {
        Integer attempts = e.numAttempts();
        return attempts == null || attempts == 1 ? "one attempt" : attempts + " attempts";
    }

    private static String code(AwsServiceException e) {
        AwsErrorDetails details = e.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
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
