/**
 * What a note of a packet holds: which packet of the batch, its strand's key, and what its strand makes of it (flags: of TCP, or MARK.request);
 * then the key's hash, and what stands in the table where that leads.
 */

export const index = 0;
export const src = 1;
export const dst = 2;
export const ports = 3;
export const lane = 4;
export const kind = 5;
export const flags = 6;
export const seq = 7;
export const ack = 8;
export const length = 9;
export const ipId = 10;
export const hash = 11;
export const near = 12;
