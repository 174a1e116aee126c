package io.kolumn.state.terraform;

import io.kolumn.state.LockInfo;
import io.kolumn.state.LockInfoJson;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.LockResult;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.Exchange;
import io.kolumn.state.http.GrantedLock;
import io.kolumn.state.http.RequestBodies;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;

/** Taking and releasing a lock, however the request came. Each ends in 200: Terraform takes nothing else for success. */
@Singleton
final class TerraformLocks {

    private final StateBackend backend;
    private final RequestBodies bodies;
    private final Exchange exchange;

    TerraformLocks(StateBackend backend, RequestBodies bodies, Exchange exchange) {
        this.backend = backend;
        this.bodies = bodies;
        this.exchange = exchange;
    }

    /** Returns the LockInfo of the holder, as it was sent. */
    GrantedLock lock(String name, InputStream body, HttpHeaders headers) throws IOException {
        StateName state = StateName.of(name);
        LockInfo info = LockInfoJson.parse(bodies.small(body, headers, LockInfo.MAX_SIZE));
        if (info.id().isEmpty()) {
            throw new Invalid("The LockInfo has no ID.");
        }
        LockResult acquired = backend.lock(state, info, LockOptions.none().unless(exchange.gone()));
        return exchange.granted(LockInfoJson.write(acquired.lock().info()), () -> backend.withdraw(state, acquired));
    }

    /**
     * An empty body is what {@code terraform force-unlock} sends, whatever id was typed: a release by force. OpenTofu's sends
     * the id and nothing else, while {@code UNLOCK} after an operation repeats what the lock said of it.
     */
    void unlock(String name, InputStream body, HttpHeaders headers) throws IOException {
        StateName state = StateName.of(name);
        byte[] sent = bodies.small(body, headers, LockInfo.MAX_SIZE);
        if (sent.length == 0) {
            backend.forceUnlock(state, "");
            return;
        }
        LockInfo info = LockInfoJson.parse(sent);
        if (info.id().isEmpty()) {
            throw new Invalid("The LockInfo has no ID. To unlock by force, send no body.");
        }
        if (info.who().isEmpty() && info.operation().isEmpty()) {
            backend.breakLock(state, info.id());
        } else {
            backend.unlock(state, info.id());
        }
    }
}
