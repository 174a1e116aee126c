package io.kolumn.state.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IoFaultTest {

    @Test
    void noFaultIsToldByTheNameOfItsClass(@TempDir Path folder) {
        ConnectException unknown = new ConnectException();
        unknown.initCause(new ConnectException().initCause(new UnresolvedAddressException()));
        String there = folder.resolve("file").toString();
        String nowhere = folder.resolve("no/file").toString();
        List<IOException> faults = List.of(
                new NoSuchFileException(there),
                new NoSuchFileException(nowhere),
                new AccessDeniedException(there),
                new FileAlreadyExistsException(there),
                new NotDirectoryException(there),
                new FileSystemException(there, null, "Read-only file system"),
                new UnknownHostException("db.example.org"),
                unknown,
                new ConnectException("Connection refused"),
                new HttpConnectTimeoutException("HTTP connect timed out"),
                new SSLHandshakeException("No subject alternative DNS name matching x found."),
                new SSLHandshakeException("(certificate_unknown) PKIX path building failed:"
                        + " sun.security.provider.certpath.SunCertPathBuilderException: no path to it"),
                new SocketException("Broken pipe"),
                new IOException("HTTP/1.1 header parser received no bytes", new EOFException()),
                new IOException(new UnknownHostException("x")),
                new ClosedChannelException(),
                new IOException("java.lang.IllegalStateException: oops"));

        assertThat(faults.stream().map(IoFault::text))
                .containsExactly(
                        "no such file or folder: " + there,
                        "no such folder: " + folder.resolve("no"),
                        "this user has no permission to " + there,
                        there + " already exists",
                        there + " is not a folder",
                        there + ": Read-only file system",
                        "the host name is not known: db.example.org",
                        "the host name is not known",
                        "nothing accepts connections there (connection refused)",
                        "connecting timed out: a firewall may drop the packets",
                        "TLS failed: No subject alternative DNS name matching x found",
                        "TLS failed: (certificate_unknown) PKIX path building failed: no path to it",
                        "the connection was interrupted (Broken pipe)",
                        "the connection was closed without an answer; the server may expect https",
                        "the host name is not known: x",
                        "it was interrupted",
                        "oops");
    }
}
