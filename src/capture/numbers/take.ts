/** What becomes of a noted packet. */

export const tcp = 1;
/** Anything else that has ports or their like. */
export const datagram = 2;
/** A later fragment: counted only. */
export const fragment = 3;
/** It tells of another packet. */
export const error = 4;
