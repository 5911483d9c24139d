/** What was made of a packet's bytes. */

/** Not IP, or not a link type that is read here. */
export const other = 0;
/** IP, but cut or damaged before its ports. */
export const malformed = 1;
export const ip = 2;
