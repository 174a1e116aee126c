package io.kolumn.state.encryption;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** A key of one state, unwrapped: the keys of its documents are derived from it. Never shown. */
final class StateKey {

    static final int BYTES = 32;

    private static final String MAC = "HmacSHA256";

    private final String id;
    private final String madeUnder;
    private final byte[] secret;

    /**
     * @param id 16 random bytes in hex
     * @param madeUnder the id of the provider's key that was active when it was made
     */
    StateKey(String id, String madeUnder, byte[] secret) {
        if (secret.length != BYTES) {
            throw new IllegalArgumentException("A key of a state has " + BYTES + " bytes, not " + secret.length);
        }
        this.id = id;
        this.madeUnder = madeUnder;
        this.secret = secret;
    }

    String id() {
        return id;
    }

    String madeUnder() {
        return madeUnder;
    }

    /** The secret itself, for its wrapping. */
    byte[] secret() {
        return secret;
    }

    boolean sameAs(byte[] other) {
        return Arrays.equals(secret, other);
    }

    /** The key of one document: another one for everything else that it is bound to. */
    SecretKey derive(Bound aad) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(secret, MAC));
            return new SecretKeySpec(mac.doFinal(aad.bytes()), "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + MAC, e);
        }
    }

    @Override
    public String toString() {
        return "key " + id;
    }

    /** What something is bound to, as bytes of which no two different lists are the same. */
    static final class Bound {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        private final DataOutputStream out = new DataOutputStream(bytes);

        /** @param use what for, so that no use is taken for another */
        Bound(String use) {
            text(use);
        }

        Bound text(String value) {
            return write(() -> out.writeUTF(value));
        }

        Bound number(long value) {
            return write(() -> out.writeLong(value));
        }

        Bound bytes(byte[] value) {
            return write(() -> {
                out.writeInt(value.length);
                out.write(value);
            });
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }

        private interface Writing {
            void run() throws IOException;
        }

        private Bound write(Writing writing) {
            try {
                writing.run();
                return this;
            } catch (IOException e) {
                throw new IllegalStateException("Writing to memory failed", e);
            }
        }
    }
}
