package io.kolumn.state.encryption.keys;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.config.IoFault;
import io.kolumn.state.encryption.KeyProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keys that this process has itself, in a file or from the configuration; the first one wraps. A file that changes is read
 * again at the next use; one that then cannot be read, or is wrong, is an error in the log, and the keys of before go on.
 * A key is wrapped by AES-256-GCM with a random nonce.
 */
public final class LocalKeys implements KeyProvider {

    private static final Logger LOG = Logger.getLogger(LocalKeys.class);
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    /** How a file looked when it was read. */
    private record Stamp(
            FileTime modified, long size, @Nullable Object key) {}

    private final @Nullable Path file;
    private final SecureRandom random = new SecureRandom();
    private volatile NamedKeys keys;
    private volatile @Nullable Stamp stamp;

    private LocalKeys(@Nullable Path file, NamedKeys keys, @Nullable Stamp stamp) {
        this.file = file;
        this.keys = keys;
        this.stamp = stamp;
    }

    /**
     * The keys of a text.
     *
     * @throws Invalid saying what is wrong, never what the text holds
     */
    public static LocalKeys of(String text) {
        return new LocalKeys(null, NamedKeys.parse(text.getBytes(StandardCharsets.ISO_8859_1)), null);
    }

    /**
     * The keys of a file.
     *
     * @throws Invalid if it cannot be read, or saying what is wrong, never what it holds
     */
    public static LocalKeys at(Path file) {
        try {
            Stamp stamp = stamp(file);
            return new LocalKeys(file, read(file), stamp);
        } catch (IOException e) {
            throw new Invalid("it cannot be read: " + IoFault.text(e));
        }
    }

    /**
     * A new key of 256 random bits, as a line of a file of keys.
     *
     * @throws Invalid if no key can have the name
     */
    public static String generate(String name) {
        return NamedKeys.line(name, new SecureRandom());
    }

    private static Stamp stamp(Path file) throws IOException {
        BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(seen.lastModifiedTime(), seen.size(), seen.fileKey());
    }

    private static NamedKeys read(Path file) throws IOException {
        byte[] text = Files.readAllBytes(file);
        try {
            return NamedKeys.parse(text);
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    /** As they are now. */
    private NamedKeys keys() {
        if (file == null) {
            return keys;
        }
        try {
            Stamp now = stamp(file);
            if (!now.equals(stamp)) {
                reload(file, now);
            }
        } catch (IOException e) {
            LOG.debugf(e, "The key file %s cannot be read; keeping the previous keys.", file);
        }
        return keys;
    }

    private synchronized void reload(Path there, Stamp now) {
        if (now.equals(stamp)) {
            return;
        }
        stamp = now;
        try {
            keys = read(there);
            LOG.infof("Read the key file %s again: keys %s. The first one wraps.", there, keys);
        } catch (IOException | Invalid e) {
            LOG.errorf("The changed key file %s is not valid; keeping the previous keys: %s", there, e.getMessage());
        }
    }

    @Override
    public String active() {
        return keys().active();
    }

    @Override
    public Wrapped wrap(byte[] secret, byte[] aad) {
        NamedKeys now = keys();
        String active = now.active();
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, now.key(active).orElseThrow(), nonce, active, aad)
                    .doFinal(secret);
            byte[] whole = ByteBuffer.allocate(NONCE + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
            return new Wrapped(active, Base64.getEncoder().encodeToString(whole));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A key could not be wrapped", e);
        }
    }

    @Override
    public Optional<byte[]> unwrap(Wrapped wrapped, byte[] aad) {
        SecretKey key = keys().key(wrapped.key()).orElse(null);
        if (key == null) {
            return Optional.empty();
        }
        try {
            byte[] whole = Base64.getDecoder().decode(wrapped.text());
            byte[] nonce = Arrays.copyOf(whole, NONCE);
            return Optional.of(cipher(Cipher.DECRYPT_MODE, key, nonce, wrapped.key(), aad)
                    .doFinal(whole, NONCE, Math.max(0, whole.length - NONCE)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Unavailable(
                    "A wrapped key was altered, or key '" + wrapped.key() + "' is not the one that wrapped it.", e);
        }
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, String name, byte[] aad)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(name.getBytes(StandardCharsets.US_ASCII));
        cipher.updateAAD(new byte[1]);
        cipher.updateAAD(aad);
        return cipher;
    }

    /** Nothing to free. */
    @Override
    public void close() {}

    @Override
    public String toString() {
        return "local keys " + keys;
    }
}
