package io.kolumn.state.http;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test class against the packaged service, a process of its own: the JVM's package or the native executable.
 *
 * <p>Fields of type {@link java.net.URI} with {@link TestHTTPResource} get its addresses, and those of type {@link PackagedService}
 * the process. Classes of one profile share it. Unlike {@code @QuarkusIntegrationTest}, nothing of the application is built again for a profile.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Inherited
@ExtendWith(PackagedServices.class)
public @interface PackagedTest {

    /** Run-time keys and servers; without one the service keeps states in memory and asks nobody who they are. */
    Class<? extends QuarkusTestProfile> value() default OnMemory.class;

    /** No key but those that every profile begins with. */
    final class OnMemory implements QuarkusTestProfile {}
}
