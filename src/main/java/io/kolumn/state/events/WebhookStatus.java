package io.kolumn.state.events;

/**
 * What became of the events of a webhook since the start of this process.
 *
 * @param name of the webhook
 * @param waiting events that are still to be posted
 * @param delivered events that the receiver has accepted
 * @param failed attempts that failed
 * @param dead events that were given up: rejected, tried too often, or more than may wait
 */
public record WebhookStatus(String name, int waiting, long delivered, long failed, long dead) {}
