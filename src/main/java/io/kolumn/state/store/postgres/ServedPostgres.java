package io.kolumn.state.store.postgres;

import io.agroal.api.AgroalDataSource;
import io.kolumn.state.StateStore;
import io.kolumn.state.config.StoreConfig;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

/** The type as the service has it: what it serves works with the application's own pool. */
@Singleton
final class ServedPostgres extends PostgresProvider {

    private final Instance<AgroalDataSource> served;

    /** @param served the application's own pool, which is there if this type is served */
    ServedPostgres(Instance<AgroalDataSource> served) {
        this.served = served;
    }

    @Override
    public StateStore serve(StoreConfig config) {
        return served.isResolvable() ? new PostgresStore(served.get(), false, settings(config)) : open(config);
    }

    @Override
    public StateStore serveToRead(StoreConfig config) {
        return served.isResolvable() ? toRead(served.get(), false, config) : openToRead(config);
    }
}
