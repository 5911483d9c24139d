import { U16, arg, fail, inRanges, port, present, range, type Read } from './options.js';
import type { OptionSyntax } from './extension.js';
import type { Predicate } from '../predicate/predicate.js';

/** The port options that tcp, udp, udplite, dccp and sctp share. */
export const PORT_SYNTAX: OptionSyntax = { '--source-port': 1, '--sport': 1, '--destination-port': 1, '--dport': 1 };

function portRange(field: 'sport' | 'dport'): Read {
  return (option) => {
    const ports = range(option, arg(option), U16, port);
    return ports[0] > ports[1] ? fail(option) : inRanges(field, [ports], option.negated, U16);
  };
}

const source = portRange('sport');
const destination = portRange('dport');

/** `--sport` and `--dport` with their long names: `PORT`, `A:B`, `A:`, `:B` (port_match, xt_tcpudp.c). */
export const portReaders: readonly (readonly [flag: string, read: Read])[] = [
  ['--source-port', source],
  ['--sport', source],
  ['--destination-port', destination],
  ['--dport', destination],
];

/** A match that reads ports fails on the later fragments of a packet even where it names none. */
export function withPorts(predicate: Predicate): Predicate {
  return predicate.op === 'const' && predicate.value ? present('sport', U16) : predicate;
}
