import type { MatchExtension } from '../extension.js';
import { icmpMatch, typeText } from '../icmp-types.js';
import { requireProtocol } from '../options.js';
import type { Form } from '../grammar/form.js';

const NAMES: ReadonlyMap<string, readonly [type: number, code?: number]> = new Map<string, readonly [number, number?]>([
  ['any', [255]],
  ['echo-reply', [0]],
  ['pong', [0]],
  ['destination-unreachable', [3]],
  ['network-unreachable', [3, 0]],
  ['host-unreachable', [3, 1]],
  ['protocol-unreachable', [3, 2]],
  ['port-unreachable', [3, 3]],
  ['fragmentation-needed', [3, 4]],
  ['source-route-failed', [3, 5]],
  ['network-unknown', [3, 6]],
  ['host-unknown', [3, 7]],
  ['network-prohibited', [3, 9]],
  ['host-prohibited', [3, 10]],
  ['tos-network-unreachable', [3, 11]],
  ['tos-host-unreachable', [3, 12]],
  ['communication-prohibited', [3, 13]],
  ['host-precedence-violation', [3, 14]],
  ['precedence-cutoff', [3, 15]],
  ['source-quench', [4]],
  ['redirect', [5]],
  ['network-redirect', [5, 0]],
  ['host-redirect', [5, 1]],
  ['tos-network-redirect', [5, 2]],
  ['tos-host-redirect', [5, 3]],
  ['echo-request', [8]],
  ['ping', [8]],
  ['router-advertisement', [9]],
  ['router-solicitation', [10]],
  ['time-exceeded', [11]],
  ['ttl-exceeded', [11]],
  ['ttl-zero-during-transit', [11, 0]],
  ['ttl-zero-during-reassembly', [11, 1]],
  ['parameter-problem', [12]],
  ['ip-header-bad', [12, 0]],
  ['required-option-missing', [12, 1]],
  ['timestamp-request', [13]],
  ['timestamp-reply', [14]],
  ['address-mask-request', [17]],
  ['address-mask-reply', [18]],
]);

const compileType = icmpMatch('--icmp-type', NAMES, 255);

const form: Form = {
  options: {
    '--icmp-type': { values: [typeText(NAMES, 255)], not: true },
  },
  needs: [['--icmp-type']],
  protocols: [1],
};

/** icmp_match (ip_tables.c): type 255 stands for every ICMP packet. */
export const icmp: MatchExtension = {
  name: 'icmp',
  form,
  options: { '--icmp-type': 1 },
  compile: (options, { proto }) => {
    requireProtocol(proto, [1], '-m icmp');
    return compileType(options);
  },
};
