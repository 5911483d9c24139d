/**
 * What this room is entered by where archives are bytes in memory, as in a browser.
 * @packageDocumentation
 */
export { ArchiveEntries } from './archive-entries.js';
export type { EntryHeader } from './archive-entry.js';
export { isCapture, LIMITS, type Refused } from './files.js';
export { inPlace, isSnapshot, mayBeListings } from './not-read.js';
export { BLOCK, isTar, packingIn, type Packing } from './packing.js';
export { tarReader } from './tar.js';
export { unzstd } from './unzstd.js';
