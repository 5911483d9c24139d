import type { MatchExtension } from '../extension.js';
import { conjunction, requireProtocol } from '../options.js';
import { PORT_SYNTAX, mildPortReaders, withPorts } from '../ports.js';
import type { Form } from '../grammar/form.js';
import { mildPorts } from '../grammar/values.js';

const readers = new Map(mildPortReaders);

const form: Form = {
  options: {
    '--sport': { also: ['--source-port'], values: [mildPorts(true)], not: true },
    '--dport': { also: ['--destination-port'], values: [mildPorts(true)], not: true },
  },
  protocols: [17],
};

/** udp_mt (xt_tcpudp.c). */
export const udp: MatchExtension = {
  name: 'udp',
  form,
  options: PORT_SYNTAX,
  compile: (options, { proto }) => {
    requireProtocol(proto, [17], '-m udp');
    return withPorts(conjunction(options, readers));
  },
};
