import { unsigned } from '../options.js';
import { continuingTarget } from '../plain-target.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { number, someText } from '../grammar/values.js';
import { U32, U16 } from '../options.js';

/** @returns a reader of a number; 0, which is usual, is not printed. */
const unlessZero =
  (max: number): ReadsValue =>
  (word, option) => {
    const value = unsigned(option, word, max);
    return value === 0 ? undefined : String(value);
  };

const form: Form = {
  options: {
    '--nflog-prefix': { values: [someText(63)] },
    '--nflog-group': { values: [unlessZero(U16)] },
    '--nflog-range': { values: [unlessZero(U32)] },
    '--nflog-size': { values: [number(U32)], without: ['--nflog-range'] },
    '--nflog-threshold': { values: [unlessZero(U16)] },
  },
};

/** nflog_tg (xt_NFLOG.c). */
export const nflogTarget = continuingTarget(
  'NFLOG',
  {
    '--nflog-group': 1,
    '--nflog-range': 1,
    '--nflog-size': 1,
    '--nflog-threshold': 1,
    '--nflog-prefix': 1,
  },
  form,
);
