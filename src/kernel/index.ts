/** What this room is entered by: everything that others ask of it. */
export type { KeptCapture } from './observe/keep.js';
export type { PlanInput } from './plan/index.js';
export type { Claim, ProbeSender } from './verify.js';
