import type { MatchExtension } from '../extension.js';
import { arg, conjunction, fail, negatable } from '../options.js';
import { PKTTYPE, equals } from '../../predicate/predicate.js';
import type { Form } from '../grammar/form.js';
import { oneOf } from '../grammar/values.js';

const NAMES: ReadonlyMap<string, number> = new Map([
  ['unicast', PKTTYPE.host],
  ['host', PKTTYPE.host],
  ['broadcast', PKTTYPE.broadcast],
  ['bcast', PKTTYPE.broadcast],
  ['multicast', PKTTYPE.multicast],
  ['mcast', PKTTYPE.multicast],
  ['otherhost', PKTTYPE.otherhost],
]);

const readers = new Map([['--pkt-type', negatable((option) => equals('pkttype', NAMES.get(arg(option).toLowerCase()) ?? fail(option)))]]);

const name = oneOf(
  new Map([
    ['unicast', 'unicast'],
    ['host', 'unicast'],
    ['broadcast', 'broadcast'],
    ['bcast', 'broadcast'],
    ['multicast', 'multicast'],
    ['mcast', 'multicast'],
    ['otherhost', 'otherhost'],
  ]),
  true,
);

const form: Form = {
  options: {
    '--pkt-type': { values: [name], not: true },
  },
  needs: [['--pkt-type']],
};

/** pkttype_mt (xt_pkttype.c). */
export const pkttype: MatchExtension = {
  name: 'pkttype',
  form,
  options: { '--pkt-type': 1 },
  compile: (options) => conjunction(options, readers),
};
