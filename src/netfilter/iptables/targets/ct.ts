import type { RuleOption } from '../../../model/netfilter.js';
import type { Action } from '../../action.js';
import type { OptionSyntax, TargetExtension } from '../extension.js';
import type { OptionContext } from '../grammar/form.js';
import { U16, arg, checkFlags, find, unsigned } from '../options.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { oneOf, textOf } from '../grammar/values.js';
import { listOf } from '../grammar/values.js';

const syntax: OptionSyntax = {
  '--notrack': 0,
  '--helper': 1,
  '--timeout': 1,
  '--ctevents': 1,
  '--expevents': 1,
  '--zone': 1,
  '--zone-orig': 1,
  '--zone-reply': 1,
};

function zoneOf(options: readonly RuleOption[]): Pick<Extract<Action, { kind: 'ct' }>, 'zone'> {
  const zones = options.filter((candidate) => candidate.flag.startsWith('--zone'));
  const option = zones.at(-1);
  if (option === undefined) return {};
  const id = arg(option) === 'mark' ? 'mark' : unsigned(option, arg(option), U16);
  if (id === 0) return {};
  const sides = new Set(zones.map(({ flag }) => flag).filter((flag) => flag !== '--zone'));
  return { zone: { id, dir: sides.size !== 1 ? 'both' : sides.has('--zone-orig') ? 'orig' : 'reply' } };
}

const EVENTS = ['new', 'related', 'destroy', 'reply', 'assured', 'protoinfo', 'helper', 'mark', 'natseqinfo', 'secmark'];
const events = listOf(EVENTS, false);
const zone: ReadsValue = (word, option) => (word === 'mark' ? word : String(unsigned(option, word, U16)));

/** The last zone that was named, for each side that was (ct_save_v1). */
function withZone(options: readonly RuleOption[], _: OptionContext, written: readonly RuleOption[]): readonly RuleOption[] {
  const zones = written.filter(({ flag }) => flag.startsWith('--zone'));
  const rest = options.filter(({ flag, args }) => !flag.startsWith('--zone') && !(flag === '--helper' && args[0] === ''));
  const last = zones.at(-1);
  const id = last === undefined ? '0' : (zone(arg(last), last, { family: 4, proto: 0 }) ?? '0');
  if (id === '0') return rest;
  const sides = new Set(zones.map(({ flag }) => flag).filter((flag) => flag !== '--zone'));
  const [only] = sides;
  return [...rest, { flag: only === undefined || sides.size > 1 ? '--zone' : only, negated: false, args: [id] }];
}

const form: Form = {
  options: {
    '--notrack': {},
    '--helper': { values: [textOf(15)] },
    '--timeout': { values: [textOf(31)] },
    '--ctevents': { values: [events] },
    '--expevents': { values: [oneOf(['new'])] },
    '--zone-orig': { values: [zone] },
    '--zone-reply': { values: [zone] },
    '--zone': { values: [zone] },
  },
  tables: ['raw'],
  print: withZone,
};

/** xt_ct_target (xt_CT.c): for a packet that has no connection yet. */
export const ctTarget: TargetExtension = {
  name: 'CT',
  form,
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax);
    const zone = zoneOf(options);
    const helper = find(options, '--helper');
    const notrack = find(options, '--notrack') !== undefined;
    return { kind: 'ct', notrack, ...zone, ...(helper === undefined ? {} : { helper: arg(helper) }) };
  },
};
