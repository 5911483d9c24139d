import { type Family, maskIp } from '../../../address/ip.js';
import type { RuleOption } from '../../../model/netfilter.js';
import { CT_NONE, begun, begunList, ctState, hasConnection } from '../ct-state.js';
import type { MatchExtension } from '../extension.js';
import {
  U16,
  U32,
  U8,
  hostMask,
  arg,
  checkFlags,
  conjunction,
  fail,
  inPrefix,
  inRanges,
  negatable,
  plain,
  range,
  unknown,
  written,
} from '../options.js';
import type { Read } from '../options.js';
import { CT_STATUS, allOf, anyOf, equals } from '../../predicate/predicate.js';
import type { Field } from '../../predicate/field.js';
import { readProtocolAsWritten } from '../numbers.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { lookedUpPorts, mildPorts, oneOf, rangeTo } from '../grammar/values.js';
import { printNetwork } from '../addresses.js';

const protocol: Read = (option) => {
  const proto = readProtocolAsWritten(arg(option)) ?? fail(option);
  return inRanges('ctproto', [[proto, proto]], option.negated, U8);
};

const status: Read = negatable((option) => {
  const bits = arg(option)
    .split(',')
    .map((name) => Object.entries(CT_STATUS).find(([known]) => known === begun(Object.keys(CT_STATUS), name))?.[1] ?? fail(option));
  return { op: 'anybit', field: 'ctstatus', mask: bits.reduce<number>((mask, bit) => mask | bit, 0) };
});

const direction: Read = plain((option) => {
  const name = arg(option).toUpperCase();
  return name === 'ORIGINAL' ? equals('ctdir', 0) : name === 'REPLY' ? equals('ctdir', 1) : fail(option);
});

const expire: Read = negatable((option) => {
  range(option, arg(option), 0xffffffff);
  return unknown('time', `the remaining life of the connection (${written('-m conntrack', [{ ...option, negated: false }])})`);
});

function tupleAddress(field: Field, family: Family): Read {
  return negatable((option) => {
    const { addr, mask, length } = hostMask(option, arg(option), family);
    return inPrefix(field, { addr: maskIp(addr, mask), mask, length });
  });
}

function tuplePort(field: Field): Read {
  return (option) => inRanges(field, [lookedUpPorts(arg(option), option)], option.negated, U16);
}

function readersOf(family: Family): ReadonlyMap<string, Read> {
  return new Map<string, Read>([
    ['--ctproto', protocol],
    ['--ctorigsrc', tupleAddress('ctorigsrc', family)],
    ['--ctorigdst', tupleAddress('ctorigdst', family)],
    ['--ctreplsrc', tupleAddress('ctreplsrc', family)],
    ['--ctrepldst', tupleAddress('ctrepldst', family)],
    ['--ctorigsrcport', tuplePort('ctorigsrcport')],
    ['--ctorigdstport', tuplePort('ctorigdstport')],
    ['--ctreplsrcport', tuplePort('ctreplsrcport')],
    ['--ctrepldstport', tuplePort('ctrepldstport')],
    ['--ctstatus', status],
    ['--ctexpire', expire],
    ['--ctdir', direction],
  ]);
}

const readers: Readonly<Record<Family, ReadonlyMap<string, Read>>> = { 4: readersOf(4), 6: readersOf(6) };
const syntax = Object.fromEntries(['--ctstate', ...readers[4].keys()].map((flag) => [flag, 1]));

function needsConnection(options: readonly RuleOption[]): boolean {
  return options.length === 0 || options.some((option) => option.negated);
}

const STATES = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT'];
const STATUSES = ['EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED', 'NONE'];
const NONE = /,NONE$/;
/** NONE is no bit: beside others it is not printed. */
const statuses: ReadsValue = (word, option, context) => begunList(STATUSES)(word, option, context)?.replace(NONE, '');
/** An upper bound of 0 is printed as none (conntrack_dump_ports). */
const ports: ReadsValue = (word, option, context) => mildPorts(false)(word, option, context)?.replace(/:0$/, '');

const protocolText: ReadsValue = (_, option) => String(readProtocolAsWritten(arg(option)) ?? fail(option));
const bareAddress: ReadsValue = (word, option, { family }) =>
  printNetwork(hostMask(option, word, family)).replace(family === 4 ? /\/32$/ : /\/128$/, '');

const form: Form = {
  options: {
    '--ctstate': { values: [begunList(STATES)], not: true },
    '--ctproto': { values: [protocolText], not: true },
    '--ctorigsrc': { values: [bareAddress], not: true },
    '--ctorigdst': { values: [bareAddress], not: true },
    '--ctreplsrc': { values: [bareAddress], not: true },
    '--ctrepldst': { values: [bareAddress], not: true },
    '--ctorigsrcport': { values: [ports], not: true },
    '--ctorigdstport': { values: [ports], not: true },
    '--ctreplsrcport': { values: [ports], not: true },
    '--ctrepldstport': { values: [ports], not: true },
    '--ctstatus': { values: [statuses], not: true },
    '--ctexpire': { values: [rangeTo(U32)], not: true },
    '--ctdir': { values: [oneOf(['ORIGINAL', 'REPLY'], true)] },
  },
  needs: [['--ctstate', ...readers[4].keys()]],
};

/**
 * conntrack_mt (xt_conntrack.c). A packet without a connection never matches, not even a negated option, unless
 * `--ctstate` is among them and holds: then the others are not looked at.
 */
export const conntrack: MatchExtension = {
  name: 'conntrack',
  tracks: true,
  form,
  options: syntax,
  compile: (options, { family }) => {
    checkFlags(options, syntax, [...readers[4].keys(), '--ctstate']);
    const others = options.filter((option) => option.flag !== '--ctstate');
    const rest = conjunction(others, readers[family]);
    const state = options.find((option) => option.flag === '--ctstate');
    if (state === undefined) return needsConnection(others) ? allOf(hasConnection, rest) : rest;
    if (others.length === 0) return ctState(state);
    return allOf(ctState(state), anyOf({ op: 'anybit', field: 'ctstate', mask: CT_NONE }, rest));
  },
};
