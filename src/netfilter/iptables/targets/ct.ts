import type { RuleOption } from '../../../model/netfilter.js';
import type { Action } from '../../action.js';
import type { OptionSyntax, TargetExtension } from '../extension.js';
import type { OptionContext } from '../grammar/form.js';
import { U16, arg, checkFlags, find, unsigned } from '../options.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { listOf, oneOf, textOf } from '../grammar/values.js';

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

/** The zone of all that were named: the mark where one of them is, else the last; for the side that was named where it is one (ct_parse_zone_id). */
function zoneIn(options: readonly RuleOption[]): NonNullable<Extract<Action, { kind: 'ct' }>['zone']> | undefined {
  const zones = options.filter(({ flag }) => flag.startsWith('--zone'));
  const ids = zones.map((option) => (arg(option) === 'mark' ? 'mark' : unsigned(option, arg(option), U16)));
  const id = ids.includes('mark') ? 'mark' : ids.at(-1);
  if (id === undefined || id === 0) return undefined;
  const sides = new Set(zones.map(({ flag }) => flag).filter((flag) => flag !== '--zone'));
  return { id, dir: sides.size !== 1 ? 'both' : sides.has('--zone-orig') ? 'orig' : 'reply' };
}

const EVENTS = ['new', 'related', 'destroy', 'reply', 'assured', 'protoinfo', 'helper', 'mark', 'natseqinfo', 'secmark'];
const events = listOf(EVENTS, false);
const zone: ReadsValue = (word, option) => (word === 'mark' ? word : String(unsigned(option, word, U16)));

/** One zone is printed (ct_save_v1). */
function withZone(options: readonly RuleOption[], _: OptionContext, written: readonly RuleOption[]): readonly RuleOption[] {
  const rest = options.filter(({ flag, args }) => !flag.startsWith('--zone') && !(flag === '--helper' && args[0] === ''));
  const told = zoneIn(written);
  if (told === undefined) return rest;
  return [...rest, { flag: told.dir === 'both' ? '--zone' : `--zone-${told.dir}`, negated: false, args: [String(told.id)] }];
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
    const zone = zoneIn(options);
    const helper = find(options, '--helper');
    const notrack = find(options, '--notrack') !== undefined;
    return { kind: 'ct', notrack, ...(zone !== undefined && { zone }), ...(helper === undefined ? {} : { helper: arg(helper) }) };
  },
};
