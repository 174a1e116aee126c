package io.kolumn.state.certificate;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * A server's certificate that is its own authority, and no authority of any other: its key can sign nothing that its
 * clients would trust. The JDK makes keys, names and signatures; it has no public way to put them together.
 *
 * @param certificate read back and verified
 * @param keys its keys, on the curve P-256
 */
record SelfSigned(X509Certificate certificate, KeyPair keys) {

    private static final String SIGNED_BY = "SHA256withECDSA";
    private static final int SERIAL_BITS = 127;

    /** The clocks of two machines differ. */
    private static final Duration EARLIER = Duration.ofMinutes(5);

    private static final int DNS = 2;
    private static final int ADDRESS = 7;

    /**
     * A new one with new keys.
     *
     * @param subject the common name
     * @param hosts names and literal addresses that it is for
     */
    static SelfSigned of(String subject, List<String> hosts, Instant now, Duration validity) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), new SecureRandom());
            KeyPair keys = generator.generateKeyPair();
            byte[] signed = signedPart(subject, hosts, now.truncatedTo(ChronoUnit.SECONDS), validity, keys);
            Signature signature = Signature.getInstance(SIGNED_BY);
            signature.initSign(keys.getPrivate());
            signature.update(signed);
            byte[] whole = Der.sequence(signed, algorithm(), Der.bits(0, signature.sign()));
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
            certificate.verify(keys.getPublic());
            return new SelfSigned(certificate, keys);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A certificate cannot be made by this Java: " + e.getMessage(), e);
        }
    }

    private static byte[] signedPart(String subject, List<String> hosts, Instant now, Duration validity, KeyPair keys)
            throws GeneralSecurityException {
        byte[] name = new X500Principal("CN=" + subject).getEncoded();
        byte[] version3 = Der.explicit(0, Der.integer(BigInteger.TWO));
        BigInteger serial = new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE);
        byte[] times = Der.sequence(Der.time(now.minus(EARLIER)), Der.time(now.plus(validity)));
        byte[] key = keys.getPublic().getEncoded();
        return Der.sequence(
                version3,
                Der.integer(serial),
                algorithm(),
                name,
                times,
                name,
                key,
                Der.explicit(3, extensions(hosts, key)));
    }

    /** {@code ecdsa-with-SHA256}. */
    private static byte[] algorithm() {
        return Der.sequence(Der.oid(1, 2, 840, 10_045, 4, 3, 2));
    }

    private static byte[] extensions(List<String> hosts, byte[] key) throws GeneralSecurityException {
        byte[] keyId = MessageDigest.getInstance("SHA-256").digest(key);
        return Der.sequence(
                extension(19, true, Der.sequence()), // basic constraints: no authority
                extension(15, true, Der.bits(7, new byte[] {(byte) 0x80})), // key usage: digital signature
                extension(37, false, Der.sequence(Der.oid(1, 3, 6, 1, 5, 5, 7, 3, 1))), // of a server
                extension(17, false, Der.sequence(names(hosts))),
                extension(14, false, Der.octets(keyId)));
    }

    private static byte[] extension(int arc, boolean critical, byte[] value) {
        byte[] id = Der.oid(2, 5, 29, arc);
        return critical ? Der.sequence(id, Der.bool(true), Der.octets(value)) : Der.sequence(id, Der.octets(value));
    }

    private static byte[] names(List<String> hosts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        hosts.forEach(host -> out.writeBytes(name(host)));
        return out.toByteArray();
    }

    private static byte[] name(String host) {
        if (!MachineNames.isAddress(host)) {
            return Der.implicit(DNS, host.getBytes(StandardCharsets.US_ASCII));
        }
        try {
            return Der.implicit(ADDRESS, InetAddress.getByName(host).getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("Not an address: " + host, e);
        }
    }

    /** The names and addresses that a certificate is for, in its order. */
    static List<String> hosts(X509Certificate certificate) throws GeneralSecurityException {
        List<String> hosts = new ArrayList<>();
        if (certificate.getSubjectAlternativeNames() != null) {
            for (List<?> name : certificate.getSubjectAlternativeNames()) {
                hosts.add(MachineNames.canonical(String.valueOf(name.get(1))));
            }
        }
        return hosts;
    }

    /** Whether a private key belongs to a certificate. */
    static boolean belong(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        byte[] probe = certificate.getEncoded();
        Signature signature = Signature.getInstance(SIGNED_BY);
        signature.initSign(key);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(probe);
        return signature.verify(signed);
    }
}
