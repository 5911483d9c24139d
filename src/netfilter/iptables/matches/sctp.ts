import type { MatchExtension } from '../extension.js';
import { conjunction, requireProtocol, unknown, written, type Read } from '../options.js';
import { PORT_SYNTAX, portReaders, withPorts } from '../ports.js';

const chunks: Read = (option) => unknown('bytes', `the SCTP chunks (${written('-m sctp', [option])})`);
const readers = new Map([...portReaders, ['--chunk-types', chunks]]);

/** sctp_mt (xt_sctp.c); chunks are not modelled. */
export const sctp: MatchExtension = {
  name: 'sctp',
  options: { ...PORT_SYNTAX, '--chunk-types': 2 },
  compile: (options, { proto }) => {
    requireProtocol(proto, [132], '-m sctp');
    return withPorts(conjunction(options, readers));
  },
};
