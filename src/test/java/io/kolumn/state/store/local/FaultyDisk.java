package io.kolumn.state.store.local;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * The disk of a folder, as a file system of its own in which every change of a file can be counted, noted and failed: a
 * power cut or a full disk at any chosen moment. What is done goes to the real folder below.
 */
final class FaultyDisk {

    /** What changes a disk. */
    enum Step {
        MAKE_FILE,
        WRITE,
        SYNC,
        RENAME,
        DELETE,
        MAKE_FOLDER
    }

    /** Is asked before each step; what it throws happens in its place. */
    interface Fault {
        void before(Step step, Path file) throws IOException;

        /** Is asked while a folder is listed. */
        default void listing(Path folder) throws IOException {}

        /** Is called before a file is opened to be read. */
        default void opening(Path file) {}
    }

    private final List<String> steps = new ArrayList<>();
    private final List<String> looks = new ArrayList<>();
    private final Provider provider = new Provider();
    private final Disk disk = new Disk();
    private volatile Fault fault = (step, file) -> {};

    /** As the operating system's does when a folder cannot be read on. */
    private static Iterator<Path> failing(IOException e) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                throw new DirectoryIteratorException(e);
            }

            @Override
            public Path next() {
                throw new DirectoryIteratorException(e);
            }
        };
    }

    /** The same file, seen through this disk. */
    Path through(Path file) {
        return (Path) Proxy.newProxyInstance(
                Through.class.getClassLoader(),
                new Class<?>[] {Path.class, Through.class},
                (self, method, arguments) -> {
                    if (method.getDeclaringClass() == Through.class) {
                        return file;
                    }
                    return switch (method.getName()) {
                        case "getFileSystem" -> disk;
                        case "iterator" -> throughAll(file).iterator();
                        default -> {
                            try {
                                Object[] below = arguments == null ? new Object[0] : arguments.clone();
                                for (int i = 0; i < below.length; i++) {
                                    below[i] = below[i] instanceof Path path ? real(path) : below[i];
                                }
                                Object result = method.invoke(file, below);
                                yield result instanceof Path path ? through(path) : result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }
                    };
                });
    }

    /** Each step since the last reset, failed ones left out, as {@code STEP file-name}. */
    synchronized List<String> steps() {
        return List.copyOf(steps);
    }

    /** Each look at a file or into a folder since the last reset, as {@code KIND path}. */
    synchronized List<String> looks() {
        return List.copyOf(looks);
    }

    private synchronized void look(String kind, Path file) {
        looks.add(kind + " " + file);
    }

    /** Counts anew, with these faults from now on. */
    synchronized void reset(Fault next) {
        steps.clear();
        looks.clear();
        fault = next;
    }

    synchronized void heal() {
        fault = (step, file) -> {};
    }

    private synchronized void before(Step step, Path file) throws IOException {
        fault.before(step, file);
        steps.add(step + " " + file.getFileName());
    }

    private List<Path> throughAll(Iterable<Path> files) {
        return StreamSupport.stream(files.spliterator(), false)
                .map(this::through)
                .toList();
    }

    private static Path real(Path path) {
        return path instanceof Through through ? through.real() : path;
    }

    /** A path that leads through a faulty disk. */
    interface Through {
        Path real();
    }

    private final class Provider extends FileSystemProvider {

        private FileSystemProvider below(Path path) {
            return real(path).getFileSystem().provider();
        }

        @Override
        public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
                throws IOException {
            boolean makes =
                    options.stream().anyMatch(option -> option.toString().startsWith("CREATE"));
            if (makes) {
                before(Step.MAKE_FILE, path);
            }
            return new Channel(path, below(path).newFileChannel(real(path), options, attributes));
        }

        @Override
        public SeekableByteChannel newByteChannel(
                Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
            look("OPEN", path);
            fault.opening(path);
            return below(path).newByteChannel(real(path), options, attributes);
        }

        @Override
        public InputStream newInputStream(Path path, OpenOption... options) throws IOException {
            look("OPEN", path);
            fault.opening(path);
            return below(path).newInputStream(real(path), options);
        }

        @Override
        public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
                throws IOException {
            look("LIST", folder);
            DirectoryStream<Path> stream =
                    below(folder).newDirectoryStream(real(folder), file -> filter.accept(through(file)));
            return new DirectoryStream<>() {
                @Override
                public Iterator<Path> iterator() {
                    try {
                        fault.listing(folder);
                    } catch (IOException e) {
                        return failing(e);
                    }
                    return throughAll(stream).iterator();
                }

                @Override
                public void close() throws IOException {
                    stream.close();
                }
            };
        }

        @Override
        public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
            before(Step.MAKE_FOLDER, folder);
            below(folder).createDirectory(real(folder), attributes);
        }

        @Override
        public void delete(Path path) throws IOException {
            before(Step.DELETE, path);
            below(path).delete(real(path));
        }

        @Override
        public boolean deleteIfExists(Path path) throws IOException {
            before(Step.DELETE, path);
            return below(path).deleteIfExists(real(path));
        }

        @Override
        public void copy(Path source, Path target, CopyOption... options) throws IOException {
            before(Step.MAKE_FILE, target);
            below(source).copy(real(source), real(target), options);
        }

        @Override
        public void move(Path source, Path target, CopyOption... options) throws IOException {
            before(Step.RENAME, target);
            below(source).move(real(source), real(target), options);
        }

        @Override
        public boolean isSameFile(Path one, Path two) throws IOException {
            return below(one).isSameFile(real(one), real(two));
        }

        @Override
        public boolean isHidden(Path path) throws IOException {
            return below(path).isHidden(real(path));
        }

        @Override
        public FileStore getFileStore(Path path) throws IOException {
            return below(path).getFileStore(real(path));
        }

        @Override
        public void checkAccess(Path path, AccessMode... modes) throws IOException {
            look("LOOK", path);
            below(path).checkAccess(real(path), modes);
        }

        @Override
        public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
            return below(path).getFileAttributeView(real(path), type, options);
        }

        @Override
        public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
                throws IOException {
            look("LOOK", path);
            return below(path).readAttributes(real(path), type, options);
        }

        @Override
        public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
                throws IOException {
            return below(path).readAttributes(real(path), attributes, options);
        }

        @Override
        public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
            below(path).setAttribute(real(path), attribute, value, options);
        }

        @Override
        public String getScheme() {
            return "faulty";
        }

        @Override
        public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileSystem getFileSystem(URI uri) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Path getPath(URI uri) {
            throw new UnsupportedOperationException();
        }
    }

    private final class Disk extends FileSystem {

        @Override
        public FileSystemProvider provider() {
            return provider;
        }

        @Override
        public Set<String> supportedFileAttributeViews() {
            return Path.of("").getFileSystem().supportedFileAttributeViews();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public String getSeparator() {
            return "/";
        }

        @Override
        public void close() {}

        @Override
        public Iterable<Path> getRootDirectories() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Iterable<FileStore> getFileStores() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Path getPath(String first, String... more) {
            return through(Path.of(first, more));
        }

        @Override
        public PathMatcher getPathMatcher(String pattern) {
            throw new UnsupportedOperationException();
        }

        @Override
        public UserPrincipalLookupService getUserPrincipalLookupService() {
            throw new UnsupportedOperationException();
        }

        @Override
        public WatchService newWatchService() {
            throw new UnsupportedOperationException();
        }
    }

    private final class Channel extends FileChannel {

        private final Path file;
        private final FileChannel below;

        Channel(Path file, FileChannel below) {
            this.file = file;
            this.below = below;
        }

        @Override
        public void force(boolean metadata) throws IOException {
            before(Step.SYNC, file);
            below.force(metadata);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            before(Step.WRITE, file);
            return below.write(source);
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
            before(Step.WRITE, file);
            return below.write(sources, offset, length);
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            before(Step.WRITE, file);
            return below.write(source, position);
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) throws IOException {
            return below.lock(position, size, shared);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return below.tryLock(position, size, shared);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return below.read(target);
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
            return below.read(targets, offset, length);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return below.read(target, position);
        }

        @Override
        public long position() throws IOException {
            return below.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            below.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return below.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            before(Step.WRITE, file);
            below.truncate(size);
            return this;
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
            return below.transferTo(position, count, target);
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
            before(Step.WRITE, file);
            return below.transferFrom(source, position, count);
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
            return below.map(mode, position, size);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            below.close();
        }
    }
}
