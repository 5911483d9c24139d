import type { MatchExtension } from '../extension.js';
import { conjunction, requireProtocol, unknown, written, type Read } from '../options.js';
import { PORT_SYNTAX, portReaders, withPorts } from '../ports.js';

const header: Read = (option) => unknown('bytes', `the DCCP header (${written('-m dccp', [option])})`);
const option: Read = (o) => header(o);
const readers = new Map([...portReaders, ['--dccp-types', header], ['--dccp-option', option]]);

/** dccp_mt (xt_dccp.c); packet types and options are not modelled. */
export const dccp: MatchExtension = {
  name: 'dccp',
  options: { ...PORT_SYNTAX, '--dccp-types': 1, '--dccp-option': 1 },
  compile: (options, { proto }) => {
    requireProtocol(proto, [33], '-m dccp');
    return withPorts(conjunction(options, readers));
  },
};
