import { U16, arg, fail, inRanges, port, present, range, type Read } from './options.js';
import type { RuleOption } from '../../model/netfilter.js';
import { lookedUpPorts } from './grammar/values.js';
import type { OptionSyntax } from './extension.js';
import type { Predicate } from '../predicate/predicate.js';

/** The port options that tcp, udp, udplite, dccp and sctp share. */
export const PORT_SYNTAX: OptionSyntax = { '--source-port': 1, '--sport': 1, '--destination-port': 1, '--dport': 1 };

/** How `A[:B]` is read. */
type Ports = (word: string, option: RuleOption) => readonly [number, number];

function portRange(field: 'sport' | 'dport', read: Ports): Read {
  return (option) => inRanges(field, [read(arg(option), option)], option.negated, U16);
}

function readersBy(read: Ports): readonly (readonly [flag: string, read: Read])[] {
  const source = portRange('sport', read);
  const destination = portRange('dport', read);
  return [
    ['--source-port', source],
    ['--sport', source],
    ['--destination-port', destination],
    ['--dport', destination],
  ];
}

/** `--sport` and `--dport` with their long names: `PORT`, `A:B`, `A:`, `:B` (port_match, xt_tcpudp.c), upright, as tcp and sctp take them. */
export const portReaders = readersBy((word, option) => {
  const ports = range(option, word, U16, port);
  return ports[0] > ports[1] ? fail(option) : ports;
});

/** The same as udp and dccp take them: an upside-down range matches nothing. */
export const mildPortReaders = readersBy(lookedUpPorts);

/** A match that reads ports fails on the later fragments of a packet even where it names none. */
export function withPorts(predicate: Predicate): Predicate {
  return predicate.op === 'const' && predicate.value ? present('sport', U16) : predicate;
}
