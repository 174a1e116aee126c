package io.kolumn.state.nativeimage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What main code was compiled to: a native binary has no more than can be seen there. */
final class OwnClasses {

    private static final Path COMPILED = Path.of("target/classes");

    private OwnClasses() {}

    static List<ClassModel> all() {
        try (Stream<Path> files = Files.walk(COMPILED.resolve("io/kolumn/state"))) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .sorted()
                    .map(OwnClasses::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In the order of the code. */
    static Stream<InvokeInstruction> calls(MethodModel method) {
        return method.code().stream()
                .flatMap(code -> code.elementStream())
                .filter(InvokeInstruction.class::isInstance)
                .map(InvokeInstruction.class::cast);
    }

    /** As the language writes it: {@code a.b.C$D}. */
    static String name(ClassModel type) {
        return type.thisClass().asInternalName().replace('/', '.');
    }

    static Class<?> load(ClassModel type) {
        try {
            return Class.forName(name(type), false, OwnClasses.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static ClassModel parse(Path file) {
        try {
            return ClassFile.of().parse(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
