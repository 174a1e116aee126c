package io.kolumn.state.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.Problem;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.invoke.MethodType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.junit.jupiter.api.Test;

/**
 * Jackson looks at the types that it writes by reflection: one that is not registered becomes {@code {}} in a native binary.
 * Quarkus registers what the methods of a resource return, and what is in there; everything else is registered by us.
 */
class BoundTypesTest {

    private static final String OURS = "io.kolumn.state.";

    /** What binds values to JSON, of Jackson and of ours; trees need no reflection. */
    private static final Map<String, Set<String>> BINDING = Map.of(
            "com/fasterxml/jackson/databind/ObjectMapper",
            Set.of(
                    "writeValue",
                    "writeValueAsString",
                    "writeValueAsBytes",
                    "convertValue",
                    "valueToTree",
                    "readValue",
                    "treeToValue",
                    "updateValue",
                    "readerFor",
                    "readerForUpdating",
                    "writerFor"),
            "com/fasterxml/jackson/databind/ObjectWriter",
            Set.of("writeValue", "writeValueAsString", "writeValueAsBytes", "writeValues"),
            "com/fasterxml/jackson/databind/ObjectReader",
            Set.of("readValue", "readValues", "treeToValue"),
            "com/fasterxml/jackson/core/JsonGenerator",
            Set.of("writePOJO", "writeObject", "writeObjectField", "writePOJOField"),
            "io/kolumn/state/http/Exchange",
            Set.of("granted"));

    /** Who binds, looked at one by one: what it gives to Jackson. The types of Java alone need no registering. */
    private static final Map<String, List<String>> BINDERS = Map.of(
            "io.kolumn.state.access.PersonalTokensJson", List.of(),
            "io.kolumn.state.api.LocksResource", List.of("io.kolumn.state.http.LockView"),
            "io.kolumn.state.cli.Output", List.of(),
            "io.kolumn.state.cli.ServerClient", List.of(),
            "io.kolumn.state.http.GrantedLockWriter", List.of("io.kolumn.state.http.LockView"),
            "io.kolumn.state.http.ErrorFormat",
                    List.of("io.kolumn.state.http.Problem", "io.kolumn.state.http.LockView"),
            "io.kolumn.state.terraform.TerraformLocks", List.of(),
            "io.kolumn.state.tfe.WorkspaceLocksResource", List.of());

    @Test
    void everyTypeThatJacksonBindsIsRegistered() throws Exception {
        Set<String> bound = new TreeSet<>(returned(method -> method.isAnnotationPresent(ServerExceptionMapper.class)));
        for (List<String> types : BINDERS.values()) {
            for (String type : types) {
                within(Class.forName(type), bound);
            }
        }
        annotated().forEach(type -> within(type, bound));
        membersOfProblems().forEach(type -> within(type, bound));

        Set<String> registered = returned(BoundTypesTest::answersRequests);
        for (ClassModel model : OwnClasses.all()) {
            Class<?> type = OwnClasses.load(model);
            RegisterForReflection annotation = type.getAnnotation(RegisterForReflection.class);
            if (annotation != null && annotation.targets().length == 0) {
                registered.add(type.getName());
            } else if (annotation != null) {
                Stream.of(annotation.targets()).map(Class::getName).forEach(registered::add);
            }
        }

        assertThat(bound)
                .contains("io.kolumn.state.http.Problem", "io.kolumn.state.StateException$Configuration$Problem");
        assertThat(registered).as("types that a native binary can look at").containsAll(bound);
    }

    @Test
    void whoeverBindsATypeIsKnownHere() {
        Map<String, String> binders = new TreeMap<>();
        for (ClassModel type : OwnClasses.all()) {
            type.methods().stream()
                    .flatMap(OwnClasses::calls)
                    .filter(call -> BINDING.getOrDefault(call.owner().asInternalName(), Set.of())
                            .contains(call.name().stringValue()))
                    .forEach(call -> binders.put(
                            OwnClasses.name(type).replaceAll("\\$.*", ""),
                            call.name().stringValue()));
        }

        assertThat(binders.keySet()).containsExactlyInAnyOrderElementsOf(BINDERS.keySet());
    }

    /** A problem holds further members as objects: their types are what the call before each {@code put} returns. */
    private static List<Type> membersOfProblems() throws Exception {
        List<Type> types = new ArrayList<>();
        for (ClassModel model : OwnClasses.all()) {
            if (!OwnClasses.name(model).equals(Problem.class.getName())) {
                continue;
            }
            for (MethodModel method : model.methods()) {
                InvokeInstruction before = null;
                for (InvokeInstruction call : OwnClasses.calls(method).toList()) {
                    if (before != null && call.name().equalsString("put")) {
                        types.add(returnType(before));
                    }
                    before = call;
                }
            }
        }
        return types;
    }

    private static Type returnType(InvokeInstruction call) throws Exception {
        String owner = call.owner().asInternalName().replace('/', '.');
        if (!owner.startsWith(OURS)) {
            return Object.class;
        }
        return Stream.of(Class.forName(owner).getDeclaredMethods())
                .filter(method -> call.name().equalsString(method.getName()))
                .filter(method -> MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                        .descriptorString()
                        .equals(call.type().stringValue()))
                .map(Method::getGenericReturnType)
                .findFirst()
                .orElse(Object.class);
    }

    private static Set<String> returned(Predicate<Method> which) {
        Set<String> types = new TreeSet<>();
        OwnClasses.all().stream()
                .map(OwnClasses::load)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(which)
                .forEach(method -> within(method.getGenericReturnType(), types));
        return types;
    }

    private static boolean answersRequests(Method method) {
        return method.getDeclaringClass().isAnnotationPresent(Path.class)
                && !method.isAnnotationPresent(ServerExceptionMapper.class)
                && Arrays.stream(method.getAnnotations())
                        .anyMatch(annotation -> annotation.annotationType().isAnnotationPresent(HttpMethod.class));
    }

    /** The types of ours that Jackson comes by from this one. */
    private static void within(Type type, Set<String> found) {
        switch (type) {
            case ParameterizedType generic -> {
                within(generic.getRawType(), found);
                Stream.of(generic.getActualTypeArguments()).forEach(argument -> within(argument, found));
            }
            case Class<?> own
            when own.getName().startsWith(OURS) && own.isRecord() && !isWrittenByUs(own) -> {
                if (found.add(own.getName())) {
                    Stream.of(own.getRecordComponents())
                            .map(RecordComponent::getGenericType)
                            .forEach(component -> within(component, found));
                }
            }
            default -> {}
        }
    }

    /** {@code DocumentWriter} and {@code GrantedWriter} write them, not Jackson. */
    private static boolean isWrittenByUs(Class<?> type) {
        return Set.of("StateDocument", "Granted").contains(type.getSimpleName());
    }

    private static Set<Class<?>> annotated() {
        return OwnClasses.all().stream()
                .map(OwnClasses::load)
                .filter(type -> Stream.concat(Stream.of(type), Stream.of(type.getDeclaredFields()))
                        .map(AnnotatedElement::getAnnotations)
                        .flatMap(Stream::of)
                        .anyMatch(annotation ->
                                annotation.annotationType().getName().startsWith("com.fasterxml.jackson.annotation.")))
                .collect(Collectors.toSet());
    }
}
