package io.kolumn.state.config;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.quarkus.logging.Log;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Before anything listens: the configuration is right as a whole, and nothing is open by accident. */
@Singleton
final class StartupCheck {

    void check(
            @Observes StartupEvent event,
            Instance<ServiceConfig> config,
            @ConfigProperty(name = "quarkus.http.host", defaultValue = "127.0.0.1") String host) {
        List<Problem> problems = new ArrayList<>();
        ServiceConfig served = null;
        try {
            served = config.get();
        } catch (Configuration e) {
            problems.addAll(e.problems());
        }
        boolean open = served != null && served.allowAnonymous();
        if (!open && LaunchMode.current() != LaunchMode.TEST && !loopback(host)) {
            problems.add(new Problem(
                    "quarkus.http.host",
                    host,
                    "is not a loopback address, and there is no authentication: anybody who can reach it could read and"
                            + " write every state. Listen on 127.0.0.1, or set kolumn.state.allow-anonymous=true if that is"
                            + " meant"));
        }
        if (served == null || !problems.isEmpty()) {
            throw new ConfigurationException(new Configuration(problems).getMessage());
        }
        if (open && !loopback(host)) {
            Log.warnf("Serving on %s without authentication (kolumn.state.allow-anonymous=true).", host);
        }
        Log.infof("Serving states from '%s' with %s.", served.provider().type(), served.store());
    }

    private static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
