import type { MatchExtension } from '../extension.js';
import { arg, conjunction, negatable, requireProtocol, unsigned, type Read } from '../options.js';
import type { Form } from '../grammar/form.js';
import { number } from '../grammar/values.js';

const ECE = 0x40;
const CWR = 0x80;

function tcpBit(bit: number): Read {
  return (option) => ({ op: 'masked', field: 'tcpFlags', mask: bit, value: option.negated ? 0 : bit });
}

const readers = new Map<string, Read>([
  ['--ecn-tcp-cwr', tcpBit(CWR)],
  ['--ecn-tcp-ece', tcpBit(ECE)],
  ['--ecn-ip-ect', negatable((option) => ({ op: 'masked', field: 'tos', mask: 3, value: unsigned(option, arg(option), 3) }))],
]);

const form: Form = {
  options: {
    '--ecn-tcp-ece': { not: true },
    '--ecn-tcp-cwr': { not: true },
    '--ecn-ip-ect': { values: [number(3)], not: true },
  },
  needs: [['--ecn-tcp-ece', '--ecn-tcp-cwr', '--ecn-ip-ect']],
};

/** ecn_mt4, ecn_mt6 (xt_ecn.c). */
export const ecn: MatchExtension = {
  name: 'ecn',
  form,
  options: { '--ecn-tcp-cwr': 0, '--ecn-tcp-ece': 0, '--ecn-ip-ect': 1 },
  compile: (options, { proto }) => {
    if (options.some((option) => option.flag !== '--ecn-ip-ect')) requireProtocol(proto, [6], '-m ecn');
    return conjunction(options, readers);
  },
};
