/** What this room is entered by: everything that others ask of it. */
export type { CollectedSnapshot } from './collect.js';
export { isLabelKey } from './labels.js';
export { fileStem } from './names.js';
