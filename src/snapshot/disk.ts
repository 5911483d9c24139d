/** What this room is entered by: everything that others ask of it. */
export { loadSnapshot } from './load.js';
export { LOOSE_FILES } from './loose.js';
