package io.kolumn.state.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority with certificates of the server and of clients, made by the JDK's own keytool. */
public final class TestCertificates {

    public static final String PASSWORD = "changeit";

    private final Path folder;

    private TestCertificates(Path folder) {
        this.folder = folder;
    }

    /** Makes an authority and a server's certificate for 127.0.0.1 in a folder of its own. */
    public static TestCertificates in(Path folder) {
        try {
            Files.createDirectories(folder);
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TestCertificates made = new TestCertificates(folder);
        made.keytool(
                "-genkeypair",
                "-alias",
                "ca",
                "-dname",
                "CN=Test CA,O=Acme",
                "-ext",
                "bc:c",
                "-keyalg",
                "EC",
                "-keystore",
                "ca.p12");
        made.keytool("-exportcert", "-rfc", "-alias", "ca", "-keystore", "ca.p12", "-file", "ca.pem");
        made.keytool("-importcert", "-noprompt", "-alias", "ca", "-keystore", "trust.p12", "-file", "ca.pem");
        made.signed("server", "CN=127.0.0.1", "SAN=ip:127.0.0.1,dns:localhost");
        return made;
    }

    /** Those of a folder, made before. */
    public static TestCertificates of(Path folder) {
        return new TestCertificates(folder);
    }

    /** A client's certificate from the authority. */
    public void client(String alias, String subject) {
        if (!Files.exists(folder.resolve(alias + ".p12"))) {
            signed(alias, subject, "EKU=clientAuth");
        }
    }

    private void signed(String alias, String subject, String extension) {
        String store = alias + ".p12";
        keytool("-genkeypair", "-alias", alias, "-dname", subject, "-keyalg", "EC", "-keystore", store);
        keytool("-certreq", "-alias", alias, "-keystore", store, "-file", alias + ".csr");
        keytool(
                "-gencert",
                "-rfc",
                "-alias",
                "ca",
                "-keystore",
                "ca.p12",
                "-ext",
                extension,
                "-infile",
                alias + ".csr",
                "-outfile",
                alias + ".pem");
        keytool("-importcert", "-noprompt", "-alias", "ca", "-keystore", store, "-file", "ca.pem");
        keytool("-importcert", "-noprompt", "-alias", alias, "-keystore", store, "-file", alias + ".pem");
    }

    private void keytool(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        // A JVM for each call, and none lives long enough for the second compiler.
        command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storepass", PASSWORD, "-storetype", "PKCS12"));
        if (arguments[0].equals("-genkeypair")) {
            command.addAll(List.of("-validity", "2"));
        }
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes());
            assertThat(process.waitFor()).as(output).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    public String authority() {
        return text("ca.pem");
    }

    public String certificate(String alias) {
        return text(alias + ".pem");
    }

    public String privateKey(String alias) {
        try {
            byte[] key =
                    store(alias + ".p12").getKey(alias, PASSWORD.toCharArray()).getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** That of a client; without a certificate of its own for an empty alias. */
    SSLContext context(String alias) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store("trust.p12"));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(alias.isEmpty() ? null : store(alias + ".p12"), PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(alias.isEmpty() ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private KeyStore store(String name) {
        try (InputStream in = Files.newInputStream(folder.resolve(name))) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private String text(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
