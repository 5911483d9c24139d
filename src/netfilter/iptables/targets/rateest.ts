import { continuingTarget } from '../plain-target.js';
import type { RuleOption } from '../../../model/netfilter.js';
import type { Form } from '../grammar/form.js';
import { arg, fail, find } from '../options.js';
import { cutText } from '../grammar/values.js';

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['s', 1_000_000],
  ['sec', 1_000_000],
  ['secs', 1_000_000],
  ['ms', 1000],
  ['msec', 1000],
  ['msecs', 1000],
  ['us', 1],
  ['usec', 1],
  ['usecs', 1],
]);

/** @returns microseconds (RATEEST_get_time): without a unit they are that already. */
function microseconds(option: RuleOption): number {
  const found = /^(\d+(?:\.\d*)?|\.\d+)([a-z]*)$/i.exec(arg(option)) ?? fail(option);
  return Math.trunc(Number(found[1]) * (UNITS.get(found[2]!.toLowerCase()) ?? fail(option)));
}

const QUARTER = 250_000;
const STEPS = 5;

/** How often it is measured: a quarter of a second, doubled so often (RATEEST_final_check). */
function doublings(interval: RuleOption): number {
  const wanted = microseconds(interval);
  for (let step = 0; step <= STEPS; step++) if (wanted <= QUARTER * 2 ** step) return step;
  return fail(interval);
}

/** The logarithm of how many measurements the average takes in. */
function weight(interval: number, average: RuleOption): number {
  const wanted = microseconds(average);
  let log = 1;
  while (log < 32 && interval / -Math.log(1 - 1 / 2 ** log) <= wanted) log++;
  return log - 1 === 0 || log - 1 >= 31 ? fail(average) : log - 1;
}

/** A time as it is printed (RATEEST_print_time). */
function time(micro: number): string {
  if (micro >= 1_000_000) return `${(micro / 1_000_000).toFixed(1)}s`;
  return micro >= 1000 ? `${(micro / 1000).toFixed(1)}ms` : `${micro}us`;
}

/** The kernel keeps logarithms: what comes of them is printed. */
function asKept(options: readonly RuleOption[]): readonly RuleOption[] {
  const interval = find(options, '--rateest-interval');
  const average = find(options, '--rateest-ewmalog');
  if (interval === undefined || average === undefined) return options;
  const step = doublings(interval);
  const log = weight(microseconds(interval), average);
  const every = QUARTER * 2 ** step;
  return options.map((option) => {
    if (option === interval) return { ...option, args: [time(every)] };
    return option === average ? { ...option, args: [time(every * 2 ** log)] } : option;
  });
}

const form: Form = {
  options: {
    '--rateest-name': { values: [cutText(15)] },
    '--rateest-interval': {},
    '--rateest-ewmalog': {},
  },
  check: asKept,
  print: asKept,
  needs: [['--rateest-name'], ['--rateest-interval'], ['--rateest-ewmalog']],
};

/** xt_rateest_tg (xt_RATEEST.c): counts. */
export const rateestTarget = continuingTarget('RATEEST', { '--rateest-name': 1, '--rateest-interval': 1, '--rateest-ewmalog': 1 }, form);
