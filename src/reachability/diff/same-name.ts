import { formatIp } from '../../address/ip.js';
import type { Host } from '../../model/host.js';

/** Names that Docker draws at random or gives out in turn, and what they stand for. */
function aliases(host: Host): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const network of host.networks) {
    const bridge = network.bridge ?? (network.driver === 'bridge' ? `br-${network.id.slice(0, 12)}` : undefined);
    if (bridge !== undefined) names.set(bridge, `<bridge of ${network.name}>`);
    for (const { prefix } of network.subnets) names.set(prefix, `<subnet of ${network.name}>`);
  }
  for (const container of host.containers) {
    for (const { ip, ip6 } of container.endpoints)
      for (const address of [ip, ip6]) if (address !== undefined) names.set(formatIp(address), `<${container.name}>`);
  }
  return names;
}

/**
 * @returns a function that writes a rule or route so that two hosts set up alike say the same: addresses of containers,
 * subnets, bridges and veths by what they belong to, without counters.
 */
export function sameName(host: Host): (text: string) => string {
  const names = aliases(host);
  return (text) =>
    text
      .split(/([\s"{},]+)/)
      .map((word) => {
        const known = names.get(word);
        if (known !== undefined) return known;
        if (/^veth[0-9a-f]+$/.test(word)) return '<veth>';
        const [, address = '', rest = ''] = /^\[?([0-9a-f.:]+?)\]?((?:\/(?:32|128))|(?::\d+))?$/.exec(word) ?? [];
        const owner = names.get(address);
        return owner === undefined ? word : owner + rest.replace(/^\/\d+$/, '');
      })
      .join('');
}
