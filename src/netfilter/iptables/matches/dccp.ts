import type { MatchExtension } from '../extension.js';
import { U8, conjunction, requireProtocol, unknown, written, type Read } from '../options.js';
import { PORT_SYNTAX, mildPortReaders, withPorts } from '../ports.js';
import type { Form } from '../grammar/form.js';
import { listOf, mildPorts, number } from '../grammar/values.js';

const header: Read = (option) => unknown('bytes', `the DCCP header (${written('-m dccp', [option])})`);
const option: Read = (o) => header(o);
const readers = new Map([...mildPortReaders, ['--dccp-types', header], ['--dccp-option', option]]);

const TYPES = ['REQUEST', 'RESPONSE', 'DATA', 'ACK', 'DATAACK', 'CLOSEREQ', 'CLOSE', 'RESET', 'SYNC', 'SYNCACK', 'INVALID'];
const types = listOf(TYPES);

const form: Form = {
  options: {
    '--sport': { also: ['--source-port'], values: [mildPorts(false)], not: true },
    '--dport': { also: ['--destination-port'], values: [mildPorts(false)], not: true },
    '--dccp-types': { values: [types], not: true },
    '--dccp-option': { values: [number(U8, 1)], not: true },
  },
  protocols: [33],
};

/** dccp_mt (xt_dccp.c); packet types and options are not modelled. */
export const dccp: MatchExtension = {
  name: 'dccp',
  form,
  options: { ...PORT_SYNTAX, '--dccp-types': 1, '--dccp-option': 1 },
  compile: (options, { proto }) => {
    requireProtocol(proto, [33], '-m dccp');
    return withPorts(conjunction(options, readers));
  },
};
