/** Bits of a strand's `state` column. */

/** The first packet had SYN. */
export const syn = 0x100;
/** Some packet had data. */
export const data = 0x200;
/** An echo request. */
export const request = 0x400;
/** The first packet had SYN and ACK. */
export const answer = 0x800;
/** The first packet is a reset that refuses one. */
export const refusal = 0x1000;
/** Some packet was a reset. */
export const reset = 4;
