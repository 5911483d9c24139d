/**
 * What this room is entered by where there is neither Node nor a disk: captures as bytes.
 * @packageDocumentation
 */
export { collect, type CaptureInput, type CapturedStrands } from './collect.js';
export { CaptureError } from './error.js';
export { buildFlows } from './flows/build.js';
export { namesOf } from './names.js';
export { FlowsByServer } from './place/by-server.js';
export { placeOnTrace } from './place/evidence.js';
export { placedBy, type PlacesTrace } from './place/trace-placing.js';
export { readWindow as readCaptureBy, type ReadTools } from './read/format.js';
export { streamWindow } from './read/window.js';
export { usedCells } from './used-cells.js';
