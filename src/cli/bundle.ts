import { readFileSync, statSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { COMMANDS, type BundleName } from './registry.js';

/** Runs the program on a command line. */
export type RunProgram = (argv: readonly string[]) => Promise<void>;

/** The folder of the compiled program. */
const PROGRAM = fileURLToPath(new URL('../', import.meta.url));

/** The files that the build makes of all that some commands load: the entry, its code, what V8 compiled of that, and the list of modules in it, one path a line. */
export interface Bundle {
  readonly entry: string;
  readonly code: string;
  readonly cache: string;
  readonly modules: string;
}

/** @returns where the files of a bundle are; they lie beside the program, as its modules look for files from there. */
export function bundleOf(bundle: BundleName): Bundle {
  const name = `${PROGRAM}bundle-${bundle}`;
  return { entry: `${name}.cjs`, code: `${name}-first.cjs`, cache: `${name}.cache`, modules: `${name}.modules` };
}

function whenChanged(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Whether there is a bundle, and no module in it was written after it: a stale one would run old code without a word. */
function isFresh({ code, modules }: Bundle): boolean {
  const made = whenChanged(code);
  if (made === 0 || whenChanged(modules) === 0) return false;
  return readFileSync(modules, 'latin1')
    .split('\n')
    .every((module) => whenChanged(PROGRAM + module) <= made);
}

function isRun(value: unknown): value is RunProgram {
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
export function runBundle({ code, entry: start }: Bundle, script: vm.Script): RunProgram | undefined {
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

/** @returns the program with one command alone, from the bundle that has it; undefined where none was made, or its modules have changed since. */
export function bundled(command: string): RunProgram | undefined {
  const name = COMMANDS.find((one) => one.name === command)?.bundle;
  if (name === undefined) return undefined;
  const bundle = bundleOf(name);
  if (!isFresh(bundle)) return undefined;
  return runBundle(bundle, compileBundle(bundle, whenChanged(bundle.cache) > 0 ? readFileSync(bundle.cache) : undefined));
}
