/** Where the fields of plain TCP in IPv4 are, from the beginning of its Ethernet frame on. */

export const ipId = 18;
export const src = 26;
export const dst = 30;
export const ports = 34;
export const seq = 38;
export const ack = 42;
export const flags = 47;
