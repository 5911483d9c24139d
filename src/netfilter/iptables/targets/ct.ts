import type { RuleOption } from '../../../model/netfilter.js';
import type { Action } from '../../action.js';
import type { OptionSyntax, TargetExtension } from '../extension.js';
import { U16, arg, checkFlags, fail, find, unsigned } from '../options.js';

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
  const [option, second] = options.filter((candidate) => candidate.flag.startsWith('--zone'));
  if (second !== undefined) return fail(second);
  if (option === undefined) return {};
  const id = arg(option) === 'mark' ? 'mark' : unsigned(option, arg(option), U16);
  return { zone: { id, dir: option.flag === '--zone' ? 'both' : option.flag === '--zone-orig' ? 'orig' : 'reply' } };
}

/** xt_ct_target (xt_CT.c): for a packet that has no connection yet. */
export const ctTarget: TargetExtension = {
  name: 'CT',
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax);
    const zone = zoneOf(options);
    const helper = find(options, '--helper');
    const notrack = find(options, '--notrack') !== undefined;
    return { kind: 'ct', notrack, ...zone, ...(helper === undefined ? {} : { helper: arg(helper) }) };
  },
};
