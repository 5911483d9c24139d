import { readFileSync, statSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

/** Runs the program on a command line. */
export type Run = (argv: readonly string[]) => Promise<void>;

const HERE = fileURLToPath(new URL('./', import.meta.url));

/** Commands whose start tells, and that so have a bundle. */
export type Bundled = 'trace' | 'flows' | 'matrix';

/** The files that `npm run build` makes of all that a command loads: the entry, its code, what V8 compiled of that; and the module they are made of. */
export interface Bundle {
  readonly entry: string;
  readonly code: string;
  readonly cache: string;
  readonly source: string;
}

/** @returns where the files of a command's bundle are. */
export function bundleOf(command: Bundled): Bundle {
  const name = `${HERE}cli-${command}`;
  return { entry: `${name}.cjs`, code: `${name}-first.cjs`, cache: `${name}.cache`, source: `${name}.js` };
}

function whenChanged(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Whether there is a bundle, made after what it was made of. */
function isFresh({ code, source }: Bundle): boolean {
  const made = whenChanged(code);
  return made > 0 && made >= whenChanged(source);
}

function isRun(value: unknown): value is Run {
  return typeof value === 'function';
}

/** Compiles a bundle's code; V8 takes what it is given where that was made by the same V8, else it compiles anew. */
export function compileBundle({ code }: Bundle, cachedData?: Buffer): vm.Script {
  return new vm.Script(`(function (exports, require, module, __filename, __dirname) {${readFileSync(code, 'latin1')}\n})`, {
    filename: code,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData !== undefined && { cachedData }),
  });
}

/** Runs the compiled code as the CommonJS module that it is. */
export function runBundle({ code, entry: start }: Bundle, script: vm.Script): Run | undefined {
  const require = createRequire(code);
  const module = new Module(code);
  require.cache[code] = module;
  const body: unknown = script.runInThisContext();
  if (typeof body !== 'function') return undefined;
  body.call(module.exports, module.exports, require, module, code, dirname(code));
  module.loaded = true;
  const entry: unknown = require(start);
  return typeof entry === 'object' && entry !== null && 'run' in entry && isRun(entry.run) ? entry.run : undefined;
}

/** @returns the program with one command alone, from one file; undefined where none was made. */
export function bundled(command: Bundled): Run | undefined {
  const bundle = bundleOf(command);
  if (!isFresh(bundle)) return undefined;
  return runBundle(bundle, compileBundle(bundle, whenChanged(bundle.cache) > 0 ? readFileSync(bundle.cache) : undefined));
}
