package io.kolumn.state.certificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The certificate of this machine for trials, in a folder of the user. It is kept from start to start, and made anew if it
 * expires within a week, the machine has another name, or its files are damaged or can be read by others.
 *
 * @param folder holds {@code cert.pem}, {@code key.pem} and {@code bundle.pem}
 */
public record DevCertificate(Path folder) {

    private static final Duration VALIDITY = Duration.ofDays(180);
    private static final Duration LEFT = Duration.ofDays(7);
    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_FOLDER = PosixFilePermissions.fromString("rwx------");

    /** That of the user whose environment this is. */
    public static DevCertificate ofUser(Map<String, String> environment) {
        return new DevCertificate(UserFolder.of(environment).resolve("dev-cert"));
    }

    public Path certificate() {
        return folder.resolve("cert.pem");
    }

    public Path key() {
        return folder.resolve("key.pem");
    }

    /** The authorities of this machine with the certificate. */
    public Path bundle() {
        return folder.resolve("bundle.pem");
    }

    /**
     * Makes what is missing, and writes the bundle anew.
     *
     * @param environment may name the authorities that this machine trusts, as {@code SSL_CERT_FILE}
     * @return whether the certificate was made now
     * @throws IOException if the folder cannot be written
     */
    public boolean prepare(Clock clock, Map<String, String> environment) throws IOException {
        return prepare(clock, new TrustBundle(bundle(), environment), MachineNames.all());
    }

    boolean prepare(Clock clock, TrustBundle authorities, List<String> hosts) throws IOException {
        Files.createDirectories(
                folder, posix() ? new FileAttribute<?>[] {owner(OWNER_FOLDER)} : new FileAttribute<?>[0]);
        Path lock = folder.resolve("lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            boolean made = !usable(clock.instant(), hosts);
            if (made) {
                SelfSigned signed = SelfSigned.of("Kolumn State on this machine", hosts, clock.instant(), VALIDITY);
                write(key(), pem("PRIVATE KEY", signed.keys().getPrivate().getEncoded()));
                write(certificate(), pem("CERTIFICATE", encoded(signed.certificate())));
            }
            write(bundle(), authorities.with(Files.readString(certificate())));
            return made;
        }
    }

    private boolean usable(Instant now, List<String> hosts) throws IOException {
        if (!Files.isRegularFile(certificate()) || !Files.isRegularFile(key()) || othersMayRead(key())) {
            return false;
        }
        Optional<byte[]> written = content(certificate(), "CERTIFICATE");
        Optional<byte[]> secret = content(key(), "PRIVATE KEY");
        if (written.isEmpty() || secret.isEmpty()) {
            return false;
        }
        try {
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(written.get()));
            PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(secret.get()));
            return SelfSigned.belong(certificate, key)
                    && SelfSigned.hosts(certificate).equals(hosts)
                    && certificate.getNotBefore().toInstant().isBefore(now)
                    && certificate.getNotAfter().toInstant().isAfter(now.plus(LEFT));
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + what + "-----\n";
    }

    private static Optional<byte[]> content(Path file, String what) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        String begin = "-----BEGIN " + what + "-----";
        String end = "-----END " + what + "-----";
        if (!text.startsWith(begin) || !text.endsWith(end)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Base64.getMimeDecoder().decode(text.substring(begin.length(), text.length() - end.length())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** For its owner alone, for every reader at one moment. */
    private void write(Path file, String text) throws IOException {
        Path staged = posix()
                ? Files.createTempFile(folder, ".new-", ".pem", owner(OWNER_FILE))
                : Files.createTempFile(folder, ".new-", ".pem");
        try {
            Files.writeString(staged, text, StandardCharsets.ISO_8859_1);
            Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(staged);
        }
    }

    private static boolean othersMayRead(Path file) throws IOException {
        if (!posix()) {
            return false;
        }
        Set<PosixFilePermission> more = new HashSet<>(Files.getPosixFilePermissions(file));
        more.removeAll(OWNER_FILE);
        return !more.isEmpty();
    }

    private static FileAttribute<Set<PosixFilePermission>> owner(Set<PosixFilePermission> permissions) {
        return PosixFilePermissions.asFileAttribute(permissions);
    }

    private static boolean posix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}
