package io.kolumn.state.http;

import io.kolumn.state.store.postgres.PostgresResource;

/** On PostgreSQL. */
@PackagedTest(PostgresResource.Profile.class)
class PostgresProtocolSmokeIT extends ProtocolSmokeContract {}
