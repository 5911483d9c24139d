/** What this room is entered by: everything that others ask of it. */
export { loadFiles } from './assemble.js';
export { SnapshotError } from './error.js';
export { decode, decodeWhole, isSnapshotPath, unwrap } from './files.js';
export { type HostTexts, hostOfTexts } from './host-texts.js';
export { inspectHost } from './inspection.js';
export { takeIn } from './intake/index.js';
export type { SourceFile } from './listing.js';
