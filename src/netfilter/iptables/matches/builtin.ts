import { type Family, lastOf } from '../../../address/ip.js';
import { printNetwork } from '../addresses.js';
import type { MatchExtension } from '../extension.js';
import { type Read, U16, addressPrefix, arg, conjunction, fail, inPrefix, inRanges, negatable, plain } from '../options.js';
import { FALSE, TRUE, anyOf, equals, type Predicate } from '../../predicate/predicate.js';
import { protocolName } from '../../protocols.js';
import { readProtocol } from '../numbers.js';
import type { Form, ReadsValue } from '../grammar/form.js';

function addresses(field: 'src' | 'dst', family: Family): Read {
  return negatable((option) => {
    const prefixes = arg(option)
      .split(',')
      .map((text) => addressPrefix(option, text, family));
    if (prefixes.length > 1 && option.negated) return fail(option);
    if (prefixes.every((prefix) => prefix.length === 0)) return TRUE;
    if (prefixes.every((prefix) => prefix.length >= 0))
      return { op: 'in', field, ranges: prefixes.map((p) => [p.addr, lastOf(p)] as const) };
    return anyOf(...prefixes.map((prefix) => inPrefix(field, prefix)));
  });
}

function device(which: 'in' | 'out'): Read {
  return negatable((option) => {
    const text = arg(option);
    const prefix = text.endsWith('+');
    if (text === '' || text.length > 15) return fail(option);
    return text === '+' && !option.negated ? TRUE : { op: 'iface', which, name: prefix ? text.slice(0, -1) : text, prefix };
  });
}

const protocol: Read = negatable((option) => {
  const proto = readProtocol(arg(option)) ?? fail(option);
  if (proto === 0) return option.negated ? fail(option) : TRUE;
  return equals('proto', proto);
});

const fragment: Read = (option) => inRanges('fragment', [[1, U16]], option.negated, U16);
const noFragment: Read = (option) => fail(option);

function onlyFamily(wanted: Family, family: Family): Read {
  const answer: Predicate = wanted === family ? TRUE : FALSE;
  return plain(() => answer);
}

function readersOf(family: Family): ReadonlyMap<string, Read> {
  const source = addresses('src', family);
  const destination = addresses('dst', family);
  const input = device('in');
  const output = device('out');
  const later = family === 4 ? fragment : noFragment;
  const groups: readonly (readonly [Read, readonly string[]])[] = [
    [source, ['-s', '--source', '--src']],
    [destination, ['-d', '--destination', '--dst']],
    [input, ['-i', '--in-interface']],
    [output, ['-o', '--out-interface']],
    [protocol, ['-p', '--protocol', '--proto']],
    [later, ['-f', '--fragments', '--fragment']],
    [onlyFamily(4, family), ['-4', '--ipv4']],
    [onlyFamily(6, family), ['-6', '--ipv6']],
  ];
  return new Map(groups.flatMap(([read, flags]) => flags.map((flag) => [flag, read] as const)));
}

const readers: Readonly<Record<Family, ReadonlyMap<string, Read>>> = { 4: readersOf(4), 6: readersOf(6) };

const network: ReadsValue = (word, option, { family }) => {
  const prefix = addressPrefix(option, word, family);
  return prefix.length === 0 && !option.negated ? undefined : printNetwork(prefix);
};
const interfaceName: ReadsValue = (word, option) => (word === '+' && !option.negated ? undefined : word);
const protocolText: ReadsValue = (word, option) => {
  const number = readProtocol(word) ?? fail(option);
  return number === 0 ? undefined : protocolName(number);
};

/** Printed in the order of print_rule4 and nft_ipv4_save_rule. */
const form: Form = {
  options: {
    '-s': { also: ['--source', '--src'], values: [network], not: true },
    '-d': { also: ['--destination', '--dst'], values: [network], not: true },
    '-i': { also: ['--in-interface'], values: [interfaceName], not: true },
    '-o': { also: ['--out-interface'], values: [interfaceName], not: true },
    '-p': { also: ['--protocol', '--proto'], values: [protocolText], not: true },
    '-f': { also: ['--fragments', '--fragment'], not: true },
  },
};

/** How the options that iptables itself reads are printed; its own reading checks them. */
export const builtinForm = form;

/** What iptables reads itself (ip_packet_match, ip6_packet_match). */
export const builtin: MatchExtension = {
  name: '',
  options: {
    '-s': 1,
    '--source': 1,
    '--src': 1,
    '-d': 1,
    '--destination': 1,
    '--dst': 1,
    '-i': 1,
    '--in-interface': 1,
    '-o': 1,
    '--out-interface': 1,
    '-p': 1,
    '--protocol': 1,
    '--proto': 1,
    '-f': 0,
    '--fragments': 0,
    '--fragment': 0,
    '-4': 0,
    '--ipv4': 0,
    '-6': 0,
    '--ipv6': 0,
  },
  compile: (options, { family }) => conjunction(options, readers[family]),
};
