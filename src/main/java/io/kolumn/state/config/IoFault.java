package io.kolumn.state.config;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** What a failure of input or output is, in words for people: Java often says it by the name of a class alone. */
public final class IoFault {

    /** As it stands before the message of a cause. */
    private static final Pattern CLASS = Pattern.compile("\\b([a-z][a-z0-9]*\\.)+[A-Z][A-Za-z0-9$]*(: |$)");

    private IoFault() {}

    /** A part of a sentence, without a full stop; never the name of a class. */
    public static String text(IOException e) {
        return switch (e) {
            case FileSystemException file -> ofFile(file);
            case UnknownHostException host ->
                "the host name is not known" + (named(host) ? ": " + host.getMessage() : "");
            case HttpConnectTimeoutException _ -> "connecting timed out: a firewall may drop the packets";
            case HttpTimeoutException _ -> "the request timed out";
            case SocketTimeoutException _ -> "the request timed out";
            case BindException _ -> "the port is in use by another program";
            case ConnectException away ->
                unresolved(away)
                        ? "the host name is not known"
                        : "nothing accepts connections there (connection refused)";
            case SSLException tls -> "TLS failed: " + words(tls);
            case SocketException broken -> "the connection was interrupted (" + words(broken) + ")";
            default -> words(e);
        };
    }

    private static boolean named(IOException e) {
        return e.getMessage() != null && e.getMessage().matches("[A-Za-z0-9._:-]+");
    }

    private static boolean unresolved(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }

    private static String ofFile(FileSystemException e) {
        String file = String.valueOf(e.getFile());
        return switch (e) {
            case NoSuchFileException _ -> missing(file);
            case AccessDeniedException _ -> "this user has no permission to " + file;
            case NotDirectoryException _ -> file + " is not a folder";
            case FileAlreadyExistsException _ -> file + " already exists";
            case DirectoryNotEmptyException _ -> "the folder " + file + " is not empty";
            case FileSystemLoopException _ -> file + " is a cycle of symbolic links";
            case NotLinkException _ -> file + " is not a symbolic link";
            default -> e.getReason() == null ? file + " cannot be used" : file + ": " + e.getReason();
        };
    }

    /** The folder where that is what is missing: a file that was to be made says nothing to anybody. */
    private static String missing(String file) {
        try {
            Path folder = Path.of(file).toAbsolutePath().getParent();
            return folder == null || Files.isDirectory(folder)
                    ? "no such file or folder: " + file
                    : "no such folder: " + folder;
        } catch (InvalidPathException e) {
            return "no such file or folder: " + file;
        }
    }

    /** Its own words, without the names of classes in them. */
    private static String words(IOException e) {
        String message = e.getMessage();
        if (e.getCause() instanceof IOException below && (message == null || message.equals(below.toString()))) {
            return text(below);
        }
        String first = message == null ? "" : message.lines().findFirst().orElse("");
        String line = CLASS.matcher(first).replaceAll("").strip();
        if (line.contains("header parser received no bytes")) {
            return "the connection was closed without an answer; the server may expect https";
        }
        return line.isEmpty() ? "it was interrupted" : line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }
}
