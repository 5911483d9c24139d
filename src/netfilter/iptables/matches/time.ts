import { opaqueMatch } from '../opaque.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import type { RuleOption } from '../../../model/netfilter.js';
import type { OptionContext } from '../grammar/form.js';
import { arg, fail, find, unsigned } from '../options.js';

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTH = Array.from({ length: 31 }, (_, at) => at + 1);
const two = (value: number): string => String(value).padStart(2, '0');

/** What strtoul reads of a decimal number: none at all is 0. */
const NUMBER = String.raw`\s*\+?(\d*)`;
const CLOCK = new RegExp(`^${NUMBER}:${NUMBER}(?::${NUMBER})?$`);
const DATE = new RegExp(`^${NUMBER}(?:-${NUMBER}(?:-${NUMBER}(?:T${NUMBER}(?::${NUMBER}(?::${NUMBER})?)?)?)?)?$`);

/** `hh:mm[:ss]` (time_parse_minutes). */
const clock: ReadsValue = (word, option) => {
  const found = CLOCK.exec(word) ?? fail(option);
  const [hour = 0, minute = 0, second = 0] = found.slice(1).map((part) => Number(part ?? '0'));
  return hour > 23 || minute > 59 || second > 59 ? fail(option) : `${two(hour)}:${two(minute)}:${two(second)}`;
};

/** `YYYY[-MM[-DD[Thh[:mm[:ss]]]]]` (time_parse_date); a day that the month has not runs over into the next. */
const date: ReadsValue = (word, option) => {
  const found = DATE.exec(word) ?? fail(option);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map((part, at) => Number(part ?? (at < 3 ? '1' : '0')));
  if (year < 1970 || year > 2038 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59)
    return fail(option);
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second)).toISOString().slice(0, 19);
};

/** Days by number, in their order; negated, the others are printed. */
const monthDays: ReadsValue = (word, option) => {
  // two signs of each are read, and no day at all is day 0 (time_parse_monthdays)
  const days = word.split(',').map((part) => (/^(?:$|-0)/.test(part) ? 0 : unsigned(option, part.slice(0, 2), 31)));
  return MONTH.filter((day) => days.includes(day) !== option.negated).join(',');
};

/** Days by number, or by the beginning of their name; negated, the others are printed. */
const weekDays: ReadsValue = (word, option) => {
  const given = word === '' ? [] : word.replace(/,$/, '').split(',');
  const days = given.map((part) => {
    const named = DAYS.findIndex((day) => day.slice(0, 2) === part.slice(0, 2));
    const day = named >= 0 ? named + 1 : unsigned(option, part, 7);
    return day === 0 ? fail(option) : day;
  });
  return DAYS.filter((_, at) => days.includes(at + 1) !== option.negated).join(',');
};

const LAST = '2038-01-19T03:14:07';
const option = (flag: string, value: string): RuleOption => ({ flag, negated: false, args: [value] });

/** time_check: it says something only of a time that runs over midnight. */
function checkContiguous(options: readonly RuleOption[], context: OptionContext): void {
  const contiguous = find(options, '--contiguous');
  if (contiguous === undefined) return;
  const at = (flag: string, otherwise: string): string => {
    const given = find(options, flag);
    return given === undefined ? otherwise : (clock(arg(given), given, context) ?? otherwise);
  };
  if (at('--timestart', '00:00:00') < at('--timestop', '23:59:59')) fail(contiguous);
}

/** Both times where one says something, and the end of dates always (time_save). */
function withBounds(options: readonly RuleOption[]): readonly RuleOption[] {
  const start = find(options, '--timestart') ?? option('--timestart', '00:00:00');
  const stop = find(options, '--timestop') ?? option('--timestop', '23:59:59');
  const times = start.args[0] === '00:00:00' && stop.args[0] === '23:59:59' ? [] : [start, stop];
  const of = (...flags: readonly string[]): readonly RuleOption[] => options.filter(({ flag }) => flags.includes(flag));
  const days = of('--monthdays', '--weekdays').map((given) => ({ ...given, negated: false }));
  const from = of('--datestart').filter(({ args }) => args[0] !== '1970-01-01T00:00:00');
  return [
    ...times,
    ...days,
    ...from,
    find(options, '--datestop') ?? option('--datestop', LAST),
    ...of('--kerneltz', '--localtz', '--contiguous'),
  ];
}

const form: Form = {
  options: {
    '--timestart': { values: [clock] },
    '--timestop': { values: [clock] },
    '--monthdays': { values: [monthDays], not: true },
    '--weekdays': { values: [weekDays], not: true },
    '--datestart': { values: [date] },
    '--datestop': { values: [date] },
    '--kerneltz': { without: ['--utc', '--localtz'] },
    '--localtz': { without: ['--utc'] },
    '--utc': {},
    '--contiguous': {},
  },
  check: checkContiguous,
  print: withBounds,
};

/** time_mt (xt_time.c). */
export const time = opaqueMatch({
  name: 'time',
  form,
  options: {
    '--datestart': 1,
    '--datestop': 1,
    '--timestart': 1,
    '--timestop': 1,
    '--monthdays': 1,
    '--weekdays': 1,
    '--kerneltz': 0,
    '--utc': 0,
    '--localtz': 0,
    '--contiguous': 0,
  },
  negatable: ['--monthdays', '--weekdays'],
  category: 'time',
  words: { yes: 'inside', no: 'outside', usual: true },
  detail: 'the time of day',
});
