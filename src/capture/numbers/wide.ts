/** The 64-bit columns of a strand, which lie behind the 32-bit ones in the same row. */

export const first = 5;
export const last = 6;
export const bytes = 7;
