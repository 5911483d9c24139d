/** What this room is entered by: everything that others ask of it. */
export { diffReachability } from './diff/diff.js';
export { sameName } from './diff/same-name.js';
export { cellWitness, reachabilityMatrix } from './matrix.js';
export { namesUnlistened, unknownInMatrix, wantsService, wantsSource } from './named.js';
export { checkPolicy } from './policy/engine.js';
export { type Policy, PolicyError, readPolicy } from './policy/read.js';
export { unknownField } from './policy/unknown-field.js';
export { listenersInPart } from './services/listeners-in-part.js';
