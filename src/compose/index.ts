export { readDotenv } from './dotenv.js';
export { ComposeError } from './error.js';
export type { ComposeFile, ReadBeside } from './load.js';
export { readProject, type ComposeOptions } from './project.js';
