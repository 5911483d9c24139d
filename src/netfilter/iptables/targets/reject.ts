import type { RuleOption } from '../../../model/netfilter.js';
import type { Family } from '../../../address/ip.js';
import type { RejectWith } from '../../action.js';
import type { OptionSyntax, TargetExtension } from '../extension.js';
import type { OptionContext } from '../grammar/form.js';
import { arg, checkFlags, fail, find, requireProtocol } from '../options.js';
import type { Form, ReadsValue } from '../grammar/form.js';

const KINDS: Readonly<Record<Family, ReadonlyMap<string, RejectWith>>> = {
  4: new Map<string, RejectWith>([
    ['icmp-net-unreachable', 'icmp-net-unreachable'],
    ['net-unreach', 'icmp-net-unreachable'],
    ['icmp-host-unreachable', 'icmp-host-unreachable'],
    ['host-unreach', 'icmp-host-unreachable'],
    ['icmp-proto-unreachable', 'icmp-proto-unreachable'],
    ['proto-unreach', 'icmp-proto-unreachable'],
    ['icmp-port-unreachable', 'icmp-port-unreachable'],
    ['port-unreach', 'icmp-port-unreachable'],
    ['icmp-net-prohibited', 'icmp-net-prohibited'],
    ['net-prohib', 'icmp-net-prohibited'],
    ['icmp-host-prohibited', 'icmp-host-prohibited'],
    ['host-prohib', 'icmp-host-prohibited'],
    ['icmp-admin-prohibited', 'icmp-admin-prohibited'],
    ['admin-prohib', 'icmp-admin-prohibited'],
    ['tcp-reset', 'tcp-reset'],
    ['tcp-rst', 'tcp-reset'],
  ]),
  6: new Map<string, RejectWith>([
    ['icmp6-no-route', 'icmp6-no-route'],
    ['no-route', 'icmp6-no-route'],
    ['icmp6-adm-prohibited', 'icmp6-adm-prohibited'],
    ['adm-prohibited', 'icmp6-adm-prohibited'],
    ['icmp6-addr-unreachable', 'icmp6-addr-unreachable'],
    ['addr-unreach', 'icmp6-addr-unreachable'],
    ['icmp6-port-unreachable', 'icmp6-port-unreachable'],
    ['port-unreach', 'icmp6-port-unreachable'],
    ['icmp6-policy-fail', 'icmp6-policy-fail'],
    ['policy-fail', 'icmp6-policy-fail'],
    ['icmp6-reject-route', 'icmp6-reject-route'],
    ['reject-route', 'icmp6-reject-route'],
    ['tcp-reset', 'tcp-reset'],
  ]),
};
const DEFAULT: Readonly<Record<Family, RejectWith>> = { 4: 'icmp-port-unreachable', 6: 'icmp6-port-unreachable' };
const syntax: OptionSyntax = { '--reject-with': 1 };

/** A name of its own or the short one, or the beginning of one, the first that has it (REJECT_parse). */
function kindOf(option: RuleOption, family: Family): RejectWith {
  const text = arg(option).toLowerCase();
  const found = [...KINDS[family]].find(([name]) => name.startsWith(text));
  return found?.[1] ?? fail(option);
}

const kindText: ReadsValue = (_, option, { family }) => kindOf(option, family);

function withKind(options: readonly RuleOption[], { family }: OptionContext): readonly RuleOption[] {
  return options.length > 0 ? options : [{ flag: '--reject-with', negated: false, args: [DEFAULT[family]] }];
}

const form: Form = {
  options: {
    '--reject-with': { values: [kindText] },
  },
  tables: ['filter'],
  hooks: ['INPUT', 'FORWARD', 'OUTPUT'],
  print: withKind,
};

/** reject_tg, reject_tg6 (ipt_REJECT.c, ip6t_REJECT.c). */
export const rejectTarget: TargetExtension = {
  name: 'REJECT',
  form,
  options: syntax,
  compile: (options, { family, proto }) => {
    checkFlags(options, syntax);
    const option = find(options, '--reject-with');
    if (option === undefined) return { kind: 'reject', with: DEFAULT[family] };
    const kind = kindOf(option, family);
    if (kind === 'tcp-reset') requireProtocol(proto, [6], '--reject-with tcp-reset');
    return { kind: 'reject', with: kind };
  },
};
