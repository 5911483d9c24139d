import { host, ip, lines, list, type More } from './host.js';
import type { Kinds } from './kinds.js';

const native = (text: string): More => ({ files: { 'host/nft-ruleset.txt': text } });

const base = (type: string, rules: string): string =>
  `\tchain in {\n\t\ttype filter hook forward priority 10; policy accept;\n${rules}\t}\n${type}`;

/** Rules, sets and maps of nftables. */
export const NATIVE: Kinds = {
  'native set of addresses': {
    size: 200_000,
    make: (n) =>
      host(
        native(
          `table ip t {\n\tset s {\n\t\ttype ipv4_addr\n\t\telements = { ${list(n, (i) => ip(11, i)).join(', ')} }\n\t}\n${base('', '\t\tip saddr @s drop\n')}}\n`,
        ),
      ),
  },
  'native verdict map of addresses': {
    size: 60_000,
    make: (n) =>
      host(
        native(
          `table ip t {\n\tmap m {\n\t\ttype ipv4_addr : verdict\n\t\telements = { ${list(n, (i) => `${ip(11, i)} : ${i % 2 ? 'drop' : 'accept'}`).join(', ')} }\n\t}\n${base('', '\t\tip saddr vmap @m\n')}}\n`,
        ),
      ),
  },
  'native verdict map to chains': {
    size: 20_000,
    make: (n) =>
      host(
        native(
          `table ip t {\n${lines(n, (i) => `\tchain c${i} {\n\t\ttcp dport ${1 + (i % 65_535)} drop\n\t}`)}\tmap m {\n\t\ttype ipv4_addr : verdict\n\t\telements = { ${list(n, (i) => `${ip(11, i)} : jump c${i}`).join(', ')} }\n\t}\n${base('', '\t\tip saddr vmap @m\n')}}\n`,
        ),
      ),
  },
  'native map of marks': {
    size: 60_000,
    make: (n) =>
      host(
        native(
          `table ip t {\n\tmap m {\n\t\ttype ipv4_addr : mark\n\t\telements = { ${list(n, (i) => `${ip(11, i)} : ${i}`).join(', ')} }\n\t}\n${base('', '\t\tmeta mark set ip saddr map @m\n')}}\n`,
        ),
      ),
  },
  'native set of addresses with ports': {
    size: 60_000,
    make: (n) =>
      host(
        native(
          `table ip t {\n\tset s {\n\t\ttype ipv4_addr . inet_service\n\t\telements = { ${list(n, (i) => `${ip(11, i)} . ${1 + (i % 65_535)}`).join(', ')} }\n\t}\n${base('', '\t\tip saddr . tcp dport @s drop\n')}}\n`,
        ),
      ),
  },
  'native rules of one address each': {
    size: 60_000,
    make: (n) =>
      host(
        native(
          `table ip t {\n${base(
            '',
            lines(n, (i) => `\t\tip saddr ${ip(11, i)} tcp dport ${1 + (i % 65_535)} drop`),
          )}}\n`,
        ),
      ),
  },
};
