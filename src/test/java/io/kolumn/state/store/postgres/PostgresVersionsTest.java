package io.kolumn.state.store.postgres;

import org.junit.jupiter.api.Nested;

/** Every major version of PostgreSQL that is served, but the one of all other tests. */
class PostgresVersionsTest {

    @Nested
    class On13 extends PostgresVersion {
        On13() {
            super(13);
        }
    }

    @Nested
    class On14 extends PostgresVersion {
        On14() {
            super(14);
        }
    }

    @Nested
    class On15 extends PostgresVersion {
        On15() {
            super(15);
        }
    }

    @Nested
    class On16 extends PostgresVersion {
        On16() {
            super(16);
        }
    }

    @Nested
    class On18 extends PostgresVersion {
        On18() {
            super(18);
        }
    }
}
