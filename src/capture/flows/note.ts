export * as NOTE from '../numbers/note.js';
export * as TAKE from '../numbers/take.js';

/** Numbers of a note, as a power of two: one line of a processor's cache. */
export const NOTE_SHIFT = 4;
