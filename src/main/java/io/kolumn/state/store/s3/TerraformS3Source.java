package io.kolumn.state.store.s3;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.store.DocumentNames;
import io.kolumn.state.store.DocumentPlaces;
import io.kolumn.state.store.DocumentSource;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * A bucket of Terraform's {@code s3} backend, each object under its {@code key} or under that of another workspace ({@link
 * DocumentNames#ofObject}). Every other object is looked at too, since a key needs no ending: what is no state is told.
 */
@Singleton
public final class TerraformS3Source implements DocumentSource {

    private static final Set<String> SHARED = Set.of(
            "bucket",
            "region",
            "access_key",
            "secret_key",
            "session_token",
            "profile",
            "endpoint",
            "force_path_style",
            "max_retries");

    private static final List<ConfigKey> KEYS = keysOfTheSource();

    private static List<ConfigKey> keysOfTheSource() {
        List<ConfigKey> keys = new ArrayList<>(S3Provider.KEYS.stream()
                .filter(key -> SHARED.contains(key.name()))
                .toList());
        keys.add(ConfigKey.of(
                "key_prefix",
                ConfigKey.Type.TEXT,
                "Only states with this key prefix, in every workspace. A slash is appended."));
        keys.add(ConfigKey.of(
                        "workspace_key_prefix",
                        ConfigKey.Type.TEXT,
                        "The backend's workspace_key_prefix, if it was set.")
                .withDefault("env:"));
        return List.copyOf(keys);
    }

    @Override
    public String type() {
        return "terraform-s3";
    }

    @Override
    public String text() {
        return "A bucket of Terraform's s3 backend.";
    }

    @Override
    public List<ConfigKey> keys() {
        return KEYS;
    }

    @Override
    public List<Problem> problems(StoreConfig config) {
        return S3ConfigCheck.ofPlace(config, KEY_PREFIX);
    }

    @Override
    public void read(StoreConfig config, Receiver receiver) {
        String workspaces = config.text("workspace_key_prefix").orElseThrow();
        S3Client client = S3Clients.own(config);
        try (S3Bucket bucket = new S3Bucket(client, S3Clients.reading(config, client), KEY_PREFIX)) {
            DocumentPlaces places = new DocumentPlaces(receiver);
            for (String key : keys(bucket, config.text("key_prefix").orElse(""), workspaces)) {
                places.add(DocumentNames.ofObject(key, workspaces), key);
            }
            places.each(new Reading(bucket, receiver)::give);
        }
    }

    /** Of the states below a prefix; those of other workspaces are elsewhere in the bucket. */
    private static SortedSet<String> keys(S3Bucket bucket, String prefix, String workspaces) {
        String wanted = DocumentNames.folder(prefix);
        String elsewhere = DocumentNames.folder(workspaces);
        SortedSet<String> keys = new TreeSet<>();
        list(bucket, wanted, wanted, workspaces, keys);
        if (!elsewhere.isEmpty() && !elsewhere.startsWith(wanted) && !wanted.startsWith(elsewhere)) {
            list(bucket, elsewhere, wanted, workspaces, keys);
        }
        return keys;
    }

    private static void list(S3Bucket bucket, String where, String wanted, String workspaces, SortedSet<String> into) {
        String after = null;
        ListObjectsV2Response page;
        do {
            page = bucket.list(
                    "The states of Terraform's s3 backend cannot be listed", where, after, S3Bucket.MAX_PAGE);
            for (var object : page.contents()) {
                after = object.key();
                if (after.startsWith(wanted)
                        || DocumentNames.keyOf(after, workspaces).startsWith(wanted)) {
                    into.add(after);
                }
            }
        } while (Boolean.TRUE.equals(page.isTruncated()) && !page.contents().isEmpty());
    }

    /** Gives the objects one after the other, as their bytes arrive. */
    private static final class Reading {

        /** So many refusals one after the other are not about single objects. */
        private static final int TOO_MANY = 5;

        private final S3Bucket bucket;
        private final Receiver receiver;
        private int refusals;

        Reading(S3Bucket bucket, Receiver receiver) {
            this.bucket = bucket;
            this.receiver = receiver;
        }

        void give(String name, String key) {
            Optional<StateDocument> document;
            try {
                document = bucket.readLarge(
                        "The object " + key + " cannot be read",
                        key,
                        (answer, in) -> StateDocument.read(in, answer.contentLength(), Long.MAX_VALUE));
                refusals = 0;
            } catch (Invalid e) {
                refusals = 0;
                receiver.refused(name, key + " is not a state: " + e.getMessage());
                return;
            } catch (Unavailable e) {
                if (!S3Errors.aboutTheObject(e) || ++refusals == TOO_MANY) {
                    throw e;
                }
                receiver.refused(name, String.valueOf(e.getMessage()));
                return;
            }
            document.ifPresentOrElse(
                    found -> receiver.found(name, key, found),
                    () -> receiver.skipped(key, "was removed while the bucket was read"));
        }
    }
}
