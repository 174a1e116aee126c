package io.kolumn.state.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Singleton;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.junit.jupiter.api.Test;

/**
 * A native binary keeps what exists when it is built: the static fields of every class, and the filters of requests and answers with
 * the beans that these hold. Random numbers, times, variables and threads of the build have no place there: native-image refuses some,
 * and the others would be the same in every process.
 */
class BuildTimeStateTest {

    private static final Pattern OF_A_PROCESS = Pattern.compile(
            "java/util/(Random|SplittableRandom|UUID)\\.(<init>|randomUUID)|java/security/SecureRandom\\..*"
                    + "|java/util/concurrent/(ThreadLocalRandom|Executors)\\..*|java/lang/Thread\\.(<init>|start\\w*)"
                    + "|java/time/(Instant|ZonedDateTime|LocalDate|LocalDateTime)\\.now"
                    + "|java/lang/System\\.(nanoTime|currentTimeMillis|getenv|getProperty)|java/lang/ProcessHandle\\.current");

    private final Map<String, ClassModel> own = new HashMap<>();

    BuildTimeStateTest() {
        OwnClasses.all().forEach(type -> own.put(type.thisClass().asInternalName(), type));
    }

    @Test
    void whatIsMadeWhenABinaryIsBuiltTakesNothingOfThatProcess() {
        Set<String> taken = new TreeSet<>();
        Set<MethodModel> seen = new HashSet<>();
        for (ClassModel type : own.values()) {
            methods(type, "<clinit>").forEach(method -> follow(type, method, seen, taken));
        }
        Set<Class<?>> filters = filters();
        for (Class<?> bean : withWhatTheyHold(filters)) {
            ClassModel type = own.get(bean.getName().replace('.', '/'));
            methods(type, "<init>").forEach(method -> follow(type, method, seen, taken));
        }

        assertThat(filters).as("filters of requests and answers").hasSizeGreaterThan(2);
        assertThat(seen).as("methods that run at the build").hasSizeGreaterThan(100);
        assertThat(taken).as("what they take of that process").isEmpty();
    }

    private Set<Class<?>> filters() {
        Set<Class<?>> filters = new HashSet<>();
        for (ClassModel model : own.values()) {
            Class<?> type = OwnClasses.load(model);
            if (Arrays.stream(type.getDeclaredMethods())
                    .anyMatch(method -> method.isAnnotationPresent(ServerRequestFilter.class)
                            || method.isAnnotationPresent(ServerResponseFilter.class))) {
                filters.add(type);
            }
        }
        return filters;
    }

    /** With the singletons that their constructors ask for; a bean of another scope, or an {@code Instance}, is made when it is used. */
    private Set<Class<?>> withWhatTheyHold(Set<Class<?>> beans) {
        List<? extends Class<?>> singletons = own.values().stream()
                .map(OwnClasses::load)
                .filter(type -> type.isAnnotationPresent(Singleton.class))
                .toList();
        Set<Class<?>> all = new HashSet<>(beans);
        for (boolean more = true; more; ) {
            List<? extends Class<?>> held = all.stream()
                    .flatMap(type -> Stream.of(type.getDeclaredConstructors()).flatMap(BuildTimeStateTest::parameters))
                    .flatMap(asked -> singletons.stream().filter(asked::isAssignableFrom))
                    .toList();
            more = all.addAll(held);
        }
        return all;
    }

    private static Stream<Class<?>> parameters(Constructor<?> constructor) {
        return Stream.of(constructor.getParameterTypes())
                .filter(type -> type.getName().startsWith("io.kolumn.state."));
    }

    private static Stream<MethodModel> methods(ClassModel type, String name) {
        return type.methods().stream().filter(method -> method.methodName().equalsString(name));
    }

    /** Through constructors and static methods of ours: what is called on an object, or later, is not known to run. */
    private void follow(ClassModel type, MethodModel method, Set<MethodModel> seen, Set<String> taken) {
        if (!seen.add(method)) {
            return;
        }
        for (InvokeInstruction call : OwnClasses.calls(method).toList()) {
            String target = call.owner().asInternalName() + "." + call.name().stringValue();
            if (OF_A_PROCESS.matcher(target).matches()) {
                taken.add(OwnClasses.name(type) + "." + method.methodName().stringValue() + ": " + target);
            }
            ClassModel owner = own.get(call.owner().asInternalName());
            if (owner != null
                    && (call.opcode() == Opcode.INVOKESTATIC || call.name().equalsString("<init>"))) {
                methods(owner, call.name().stringValue())
                        .filter(called ->
                                called.methodType().equalsString(call.type().stringValue()))
                        .forEach(called -> follow(owner, called, seen, taken));
            }
        }
    }
}
