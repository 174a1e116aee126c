package io.kolumn.state.http;

/**
 * The answer to whoever was given a lock.
 *
 * @param answer what it says: JSON as it is, or what becomes JSON
 * @param undone takes the lock back; asked for if the answer cannot be delivered
 */
public record GrantedLock(Object answer, Runnable undone) {}
