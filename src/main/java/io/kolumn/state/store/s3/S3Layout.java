package io.kolumn.state.store.s3;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreCount;
import java.time.Instant;
import java.util.Optional;

/**
 * The keys of objects. No key is the beginning of another's path, as the names {@code a} and {@code a/b} are: MinIO leaves
 * the latter out of listings, and stores on files refuse it. So a head's key is the name and a plus sign, which comes
 * before every character of a name, so that the byte order of keys is that of names. In all other keys a segment that
 * starts with a plus sign, as none of a name may, ends the name.
 */
record S3Layout(String prefix) {

    private static final String END = "+";
    private static final String DOCUMENT = ".klstate";
    static final String RECORD = ".json";

    String heads() {
        return prefix + "heads/";
    }

    String head(StateName name) {
        return heads() + name + END;
    }

    /** The name whose head has this key; empty if somebody else put the object there. */
    Optional<StateName> named(String headKey) {
        if (!headKey.endsWith(END)) {
            return Optional.empty();
        }
        try {
            return Optional.of(StateName.of(headKey.substring(heads().length(), headKey.length() - END.length())));
        } catch (Invalid foreign) {
            return Optional.empty();
        }
    }

    /** What the keys of the versions of this state, and of no other, start with. */
    String versions(StateName name) {
        return prefix + "versions/" + name + "/+";
    }

    String version(StateName name, StateVersion version) {
        return versions(name) + version.number() + "-" + version.id() + DOCUMENT;
    }

    /** Prefix of the keys of all attachments. */
    String asides() {
        return prefix + "aside/";
    }

    /** As {@link #versions}, of the quarantine. */
    String aside(StateName name) {
        return asides() + name + "/+";
    }

    String asideRecord(StateName name, StateVersion record) {
        return aside(name) + record.id() + RECORD;
    }

    /** What the inventory has of a state. */
    String index(StateName name) {
        return prefix + "index/" + name + END;
    }

    static boolean isRecord(String key) {
        return key.endsWith(RECORD);
    }

    /** Whether it is one that counts, and not that of the key of a state. */
    static boolean isRecordOfDocument(String key) {
        return isRecord(key) && !key.startsWith(END + StoreCount.KEY, key.lastIndexOf('/') + 1);
    }

    /** What the keys of the documents that were ever quarantined under this id start with. */
    String asideDocuments(StateName name, StateVersion record) {
        return aside(name) + record.id() + "-";
    }

    /** With the sha-256 in it, so that a record never points at the bytes of another. */
    String asideDocument(StateName name, StateVersion record) {
        return asideDocuments(name, record) + record.sha256() + DOCUMENT;
    }

    String content(StateName name, StateVersion version) {
        return version.number() == 0 ? asideDocument(name, version) : version(name, version);
    }

    /** What the probe found, for a day. */
    String proof() {
        return prefix + "proof.json";
    }

    /** That the store was seen breaking its promise; it stands until a person removes it. */
    String verdict() {
        return prefix + "verdict.json";
    }

    /** What all replicas race for in a round of the canary. */
    String canary(Instant round) {
        return probe("canary-" + round.getEpochSecond());
    }

    /** What the keys of everything start with that is written to try the store out. */
    String probes() {
        return probe("");
    }

    String probe(String id) {
        return prefix + "probe/" + id;
    }

    /** Written now and then to see that writing is possible. */
    String writable() {
        return prefix + "probe/writable";
    }
}
