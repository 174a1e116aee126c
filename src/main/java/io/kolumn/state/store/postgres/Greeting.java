package io.kolumn.state.store.postgres;

/**
 * What the server said when a connection was new.
 *
 * @param session the number of the process that answered
 * @param pooled whether that is not the connection's own, since a pooler stands in between
 * @param server when the server was started, which tells it from another one
 */
record Greeting(int session, boolean pooled, String server) {}
