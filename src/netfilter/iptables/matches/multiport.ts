import type { MatchExtension } from '../extension.js';
import { U16, arg, conjunction, fail, inRanges, port, range, requireProtocol, type Read } from '../options.js';
import { allOf, anyOf, type Predicate } from '../../predicate/predicate.js';
import type { RuleOption } from '../../../model/netfilter.js';
import type { Form, ReadsValue } from '../grammar/form.js';

const MAX_PORTS = 15;

function portList(option: RuleOption): readonly (readonly [number, number])[] {
  const words = arg(option).split(',');
  const ranges = words.map((text) => {
    if (text.startsWith(':') || text.endsWith(':')) return fail(option);
    const [lo, hi] = range(option, text, U16, port);
    return text.includes(':') && lo >= hi ? fail(option) : ([lo, hi] as const);
  });
  const slots = words.length + words.filter((text) => text.includes(':')).length;
  return slots > MAX_PORTS ? fail(option) : ranges;
}

const sources: Read = (option) => inRanges('sport', portList(option), option.negated, U16);
const destinations: Read = (option) => inRanges('dport', portList(option), option.negated, U16);
const either: Read = (option) => {
  const both: readonly Predicate[] = [sources(option), destinations(option)];
  return option.negated ? allOf(...both) : anyOf(...both);
};

const readers = new Map([
  ['--source-ports', sources],
  ['--sports', sources],
  ['--destination-ports', destinations],
  ['--dports', destinations],
  ['--ports', either],
]);

const PROTOCOLS = [6, 17, 33, 132, 136];

/** The rule's protocol is asked for with each list, not at the end of the rule (check_proto). */
const ports: ReadsValue = (_, option, { proto }) => {
  requireProtocol(proto, PROTOCOLS, '-m multiport');
  return portList(option)
    .map(([lo, hi]) => (lo === hi ? String(lo) : `${lo}:${hi}`))
    .join(',');
};

const form: Form = {
  options: {
    '--sports': { also: ['--source-ports'], values: [ports], not: true, without: ['--dports', '--ports'] },
    '--dports': { also: ['--destination-ports'], values: [ports], not: true, without: ['--sports', '--ports'] },
    '--ports': { values: [ports], not: true },
  },
  needs: [['--sports', '--dports', '--ports']],
};

/** multiport_mt (xt_multiport.c). */
export const multiport: MatchExtension = {
  name: 'multiport',
  form,
  options: { '--source-ports': 1, '--sports': 1, '--destination-ports': 1, '--dports': 1, '--ports': 1 },
  compile: (options, { proto }) => {
    requireProtocol(proto, PROTOCOLS, '-m multiport');
    const [first, second] = options;
    if (second !== undefined) fail(second);
    return first === undefined ? fail({ flag: '-m', negated: false, args: ['multiport'] }) : conjunction(options, readers);
  },
};
