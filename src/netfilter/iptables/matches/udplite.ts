import type { MatchExtension } from '../extension.js';
import { conjunction, requireProtocol } from '../options.js';
import { PORT_SYNTAX, portReaders, withPorts } from '../ports.js';

const readers = new Map(portReaders);

/** udp_mt (xt_tcpudp.c). */
export const udplite: MatchExtension = {
  name: 'udplite',
  options: PORT_SYNTAX,
  compile: (options, { proto }) => {
    requireProtocol(proto, [136], '-m udplite');
    return withPorts(conjunction(options, readers));
  },
};
