import type { MatchExtension } from '../extension.js';
import { conjunction, requireProtocol } from '../options.js';
import { PORT_SYNTAX, portReaders, withPorts } from '../ports.js';

const readers = new Map(portReaders);

/** udp_mt (xt_tcpudp.c). */
export const udp: MatchExtension = {
  name: 'udp',
  options: PORT_SYNTAX,
  compile: (options, { proto }) => {
    requireProtocol(proto, [17], '-m udp');
    return withPorts(conjunction(options, readers));
  },
};
