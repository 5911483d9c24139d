import type { MatchExtension } from '../extension.js';
import { icmpMatch, typeText } from '../icmp-types.js';
import { requireProtocol } from '../options.js';
import type { Form } from '../grammar/form.js';

const NAMES: ReadonlyMap<string, readonly [type: number, code?: number]> = new Map<string, readonly [number, number?]>([
  ['destination-unreachable', [1]],
  ['no-route', [1, 0]],
  ['communication-prohibited', [1, 1]],
  ['beyond-scope', [1, 2]],
  ['address-unreachable', [1, 3]],
  ['port-unreachable', [1, 4]],
  ['failed-policy', [1, 5]],
  ['reject-route', [1, 6]],
  ['packet-too-big', [2]],
  ['time-exceeded', [3]],
  ['ttl-exceeded', [3]],
  ['ttl-zero-during-transit', [3, 0]],
  ['ttl-zero-during-reassembly', [3, 1]],
  ['parameter-problem', [4]],
  ['bad-header', [4, 0]],
  ['unknown-header-type', [4, 1]],
  ['unknown-option', [4, 2]],
  ['echo-request', [128]],
  ['ping', [128]],
  ['echo-reply', [129]],
  ['pong', [129]],
  ['mld-listener-query', [130]],
  ['mld-listener-report', [131]],
  ['mld-listener-done', [132]],
  ['mld-listener-reduction', [132]],
  ['router-solicitation', [133]],
  ['router-advertisement', [134]],
  ['neighbour-solicitation', [135]],
  ['neighbor-solicitation', [135]],
  ['neighbour-advertisement', [136]],
  ['neighbor-advertisement', [136]],
  ['redirect', [137]],
]);

const compileType = icmpMatch('--icmpv6-type', NAMES);

const form: Form = {
  options: {
    '--icmpv6-type': { values: [typeText(NAMES)], not: true },
  },
  needs: [['--icmpv6-type']],
  protocols: [58],
};

/** icmp6_match (ip6_tables.c). */
export const icmp6: MatchExtension = {
  name: 'icmp6',
  form,
  aliases: ['icmpv6'],
  options: { '--icmpv6-type': 1 },
  compile: (options, { proto }) => {
    requireProtocol(proto, [58], '-m icmp6');
    return compileType(options);
  },
};
