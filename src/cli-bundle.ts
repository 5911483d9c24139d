import { readFileSync, statSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

/** Runs the program on a command line. */
export type Run = (argv: readonly string[]) => Promise<void>;

const HERE = fileURLToPath(new URL('./', import.meta.url));

/** The files that `npm run build` makes of all that a trace loads: the entry, its code, and what V8 compiled of that. */
export const BUNDLE = { entry: `${HERE}cli-trace.cjs`, code: `${HERE}cli-trace-first.cjs`, cache: `${HERE}cli-trace.cache` } as const;

function whenChanged(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Whether there is a bundle, made after what it was made of. */
function isFresh(): boolean {
  const made = whenChanged(BUNDLE.code);
  return made > 0 && made >= whenChanged(`${HERE}cli-trace.js`);
}

function isRun(value: unknown): value is Run {
  return typeof value === 'function';
}

/** Compiles the bundle's code; V8 takes what it is given where that was made by the same V8, else it compiles anew. */
export function compileBundle(cachedData?: Buffer): vm.Script {
  return new vm.Script(`(function (exports, require, module, __filename, __dirname) {${readFileSync(BUNDLE.code, 'latin1')}\n})`, {
    filename: BUNDLE.code,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData !== undefined && { cachedData }),
  });
}

/** Runs the compiled code as the CommonJS module that it is. */
export function runBundle(script: vm.Script): Run | undefined {
  const require = createRequire(BUNDLE.code);
  const module = new Module(BUNDLE.code);
  require.cache[BUNDLE.code] = module;
  const body: unknown = script.runInThisContext();
  if (typeof body !== 'function') return undefined;
  body.call(module.exports, module.exports, require, module, BUNDLE.code, dirname(BUNDLE.code));
  module.loaded = true;
  const entry: unknown = require(BUNDLE.entry);
  return typeof entry === 'object' && entry !== null && 'run' in entry && isRun(entry.run) ? entry.run : undefined;
}

/** @returns the program with the default command alone, from one file; undefined where none was made. */
export function bundledTrace(): Run | undefined {
  if (!isFresh()) return undefined;
  return runBundle(compileBundle(whenChanged(BUNDLE.cache) > 0 ? readFileSync(BUNDLE.cache) : undefined));
}
