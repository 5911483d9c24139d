import { U16, fail, unsigned } from '../options.js';
import { oneOf } from '../grammar/values.js';
import type { MatchExtension } from '../extension.js';
import { conjunction, requireProtocol, unknown, written, type Read } from '../options.js';
import { PORT_SYNTAX, portReaders, withPorts } from '../ports.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import type { RuleOption } from '../../../model/netfilter.js';

const chunks: Read = (option) => unknown('bytes', `the SCTP chunks (${written('-m sctp', [option])})`);
const readers = new Map([...portReaders, ['--chunk-types', chunks]]);

const CHUNKS = [
  'DATA',
  'INIT',
  'INIT_ACK',
  'SACK',
  'HEARTBEAT',
  'HEARTBEAT_ACK',
  'ABORT',
  'SHUTDOWN',
  'SHUTDOWN_ACK',
  'ERROR',
  'COOKIE_ECHO',
  'COOKIE_ACK',
  'ECN_ECNE',
  'ECN_CWR',
  'SHUTDOWN_COMPLETE',
  'I_DATA',
  'RE_CONFIG',
  'PAD',
  'ASCONF',
  'ASCONF_ACK',
  'FORWARD_TSN',
  'I_FORWARD_TSN',
];
/** The flags that a chunk has, from its highest bit on; a small letter asks that one is not set. */
const CHUNK_FLAGS: ReadonlyMap<string, string> = new Map([
  ['DATA', '----IUBE'],
  ['I_DATA', '----IUBE'],
  ['ABORT', '-------T'],
  ['SHUTDOWN_COMPLETE', '-------T'],
]);

function readPort(word: string, option: RuleOption): number {
  return unsigned(option, word, U16);
}

/** Ports by number; no service is known by name (parse_sctp_ports). */
const sctpPorts: ReadsValue = (word, option) => {
  const [first = '', second, ...more] = word.split(':');
  const lo = first === '' && second !== undefined ? 0 : readPort(first, option);
  const hi = second === undefined ? lo : second === '' ? U16 : readPort(second, option);
  if (more.length > 0 || lo > hi) return fail(option);
  return lo === hi ? String(lo) : `${lo}:${hi}`;
};

const scope = oneOf(['any', 'all', 'only'], true);

function chunkName(word: string, option: RuleOption): string {
  const [name = '', flags] = word.split(':');
  const chunk = CHUNKS.find((known) => known === name.toUpperCase()) ?? fail(option);
  if (flags === undefined) return chunk;
  const known = CHUNK_FLAGS.get(chunk) ?? fail(option);
  if ([...flags].some((flag) => flag === '-' || !known.includes(flag.toUpperCase()))) return fail(option);
  return flags === ''
    ? chunk
    : `${chunk}:${[...known].flatMap((flag) => [...flags].find((given) => given.toUpperCase() === flag) ?? []).join('')}`;
}

/** Chunks in their order, each once (parse_sctp_chunks, where nothing between commas is nothing; print_chunks); `ALL` and `NONE` stand for themselves. */
const chunkNames: ReadsValue = (word, option) => {
  if (/^(?:ALL|NONE)$/i.test(word)) return word.toUpperCase();
  const parts = word.split(',').filter((part) => part !== '');
  if (parts.length === 0) return 'NONE';
  const given = parts.map((part) => chunkName(part, option));
  return CHUNKS.flatMap((chunk) => given.findLast((one) => one.split(':', 1)[0] === chunk) ?? []).join(',');
};

const form: Form = {
  options: {
    '--sport': { also: ['--source-port'], values: [sctpPorts], not: true },
    '--dport': { also: ['--destination-port'], values: [sctpPorts], not: true },
    '--chunk-types': { values: [scope, chunkNames], not: true },
  },
  protocols: [132],
};

/** sctp_mt (xt_sctp.c); chunks are not modelled. */
export const sctp: MatchExtension = {
  name: 'sctp',
  form,
  options: { ...PORT_SYNTAX, '--chunk-types': 2 },
  compile: (options, { proto }) => {
    requireProtocol(proto, [132], '-m sctp');
    return withPorts(conjunction(options, readers));
  },
};
