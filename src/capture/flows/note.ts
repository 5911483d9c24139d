/**
 * What a note of a packet holds: which packet of the batch, its strand's key, and what its strand makes of it (flags: of TCP, or MARK.request);
 * then the key's hash, and what stands in the table where that leads.
 */
export const NOTE = {
  index: 0,
  src: 1,
  dst: 2,
  ports: 3,
  lane: 4,
  kind: 5,
  flags: 6,
  seq: 7,
  ack: 8,
  length: 9,
  ipId: 10,
  hash: 11,
  near: 12,
} as const;

/** Numbers of a note, as a power of two: one line of a processor's cache. */
export const NOTE_SHIFT = 4;

/** What becomes of a noted packet. */
export const TAKE = {
  tcp: 1,
  /** Anything else that has ports or their like. */
  datagram: 2,
  /** A later fragment: counted only. */
  fragment: 3,
  /** It tells of another packet. */
  error: 4,
} as const;
