import type { RuleOption } from '../../../model/netfilter.js';
import type { MatchExtension } from '../extension.js';
import { U8, arg, conjunction, fail, inRanges, present, requireProtocol, unsigned, type Read } from '../options.js';
import { PORT_SYNTAX, portReaders, withPorts } from '../ports.js';
import { allOf, negateIf, type Predicate } from '../../predicate/predicate.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { number, strictPorts } from '../grammar/values.js';

const FLAGS: ReadonlyMap<string, number> = new Map([
  ['FIN', 1],
  ['SYN', 2],
  ['RST', 4],
  ['PSH', 8],
  ['ACK', 16],
  ['URG', 32],
  ['ALL', 63],
  ['NONE', 0],
]);
const SYN = { mask: 0x17, value: 0x02 };

function flagBits(option: RuleOption, text: string): number {
  return text
    .split(',')
    .filter((name) => name !== '')
    .reduce((bits, name) => bits | (FLAGS.get(name.toUpperCase()) ?? fail(option)), 0);
}

function flagsAre(negated: boolean, mask: number, value: number): Predicate {
  const test: Predicate = { op: 'masked', field: 'tcpFlags', mask, value };
  return negated ? allOf(present('tcpFlags', U8), negateIf(true, test)) : test;
}

const tcpFlags: Read = (option) => flagsAre(option.negated, flagBits(option, arg(option)), flagBits(option, arg(option, 1)));
const syn: Read = (option) => flagsAre(option.negated, SYN.mask, SYN.value);

const tcpOption: Read = (option) => {
  const kind = unsigned(option, arg(option), U8) || fail(option);
  const has = inRanges('tcpOption', [[kind, kind]], false, U8);
  return option.negated ? allOf(present('tcpFlags', U8), negateIf(true, has)) : has;
};

const readers = new Map([...portReaders, ['--tcp-flags', tcpFlags], ['--syn', syn], ['--tcp-option', tcpOption]]);

const NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];

function namesOf(bits: number): string {
  return NAMES.filter((_, bit) => (bits & (1 << bit)) !== 0).join(',') || 'NONE';
}

const flagNames: ReadsValue = (word, option) => namesOf(flagBits(option, word));

/** `--syn` is written out, flags of which none is looked at are not (tcp_save). */
function withFlags(options: readonly RuleOption[]): readonly RuleOption[] {
  const said = options.filter(({ flag, negated, args }) => negated || flag !== '--tcp-flags' || args.some((names) => names !== 'NONE'));
  return said.map((option) =>
    option.flag === '--syn' ? { ...option, flag: '--tcp-flags', args: [namesOf(SYN.mask), namesOf(SYN.value)] } : option,
  );
}

const form: Form = {
  options: {
    '--sport': { also: ['--source-port'], values: [strictPorts()], not: true },
    '--dport': { also: ['--destination-port'], values: [strictPorts()], not: true },
    '--tcp-option': { values: [number(U8, 1)], not: true },
    '--tcp-flags': { values: [flagNames, flagNames], not: true, without: ['--syn'] },
    '--syn': { not: true },
  },
  protocols: [6],
  print: withFlags,
};

/** tcp_mt (xt_tcpudp.c). */
export const tcp: MatchExtension = {
  name: 'tcp',
  form,
  options: { ...PORT_SYNTAX, '--syn': 0, '--tcp-flags': 2, '--tcp-option': 1 },
  compile: (options, { proto }) => {
    requireProtocol(proto, [6], '-m tcp');
    return withPorts(conjunction(options, readers));
  },
};
