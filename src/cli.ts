#!/usr/bin/env node
import { bundled } from './cli/bundle.js';
import { commandOf } from './cli/command-of.js';

const argv = process.argv.slice(2);
const run = bundled(commandOf(argv)) ?? (await import('./cli/run.js')).run;
await run(argv);
