package io.kolumn.state.cli;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.config.IoFault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whom the commands trust: what Java trusts, and the certificates in the file that other clients read too. */
final class TrustedAuthorities {

    static final String VARIABLE = "SSL_CERT_FILE";

    private TrustedAuthorities() {}

    /**
     * TLS that trusts them.
     *
     * @return empty if the environment names no file
     * @throws Invalid if the file cannot be read, or has something else
     */
    static Optional<SSLContext> in(Map<String, String> environment) {
        String file = environment.getOrDefault(VARIABLE, "");
        return file.isBlank() ? Optional.empty() : Optional.of(with(file));
    }

    private static SSLContext with(String file) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int count = 0;
            for (TrustManager trusting : managers(null)) {
                if (trusting instanceof X509TrustManager known) {
                    for (Certificate certificate : known.getAcceptedIssuers()) {
                        store.setCertificateEntry("java" + count++, certificate);
                    }
                }
            }
            for (Certificate certificate : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(Path.of(file))))) {
                store.setCertificateEntry("file" + count++, certificate);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(store), null);
            return context;
        } catch (IOException e) {
            throw new Invalid(VARIABLE + "=" + Output.harmless(file) + " cannot be read: " + IoFault.text(e) + ".");
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Invalid(VARIABLE + "=" + Output.harmless(file) + " has no certificates in PEM.");
        }
    }

    /** @param store null for Java's own */
    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust.getTrustManagers();
    }
}
