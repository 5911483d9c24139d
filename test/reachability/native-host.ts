import type { Host } from '../../src/model/host.js';
import { Rng } from '../kernel/generate/rng.js';
import { ruleset } from '../kernel/nft/generate.js';
import { buildHost, type Space } from '../support/host-builder.js';

function machine(index: number, net: number, last: number, peer: number, listen: readonly string[]): Space {
  return {
    links: [{ name: 'eth0', index, kind: 'veth', addrs: [`10.${net}.0.${last}/24`], peer, nsid: 0 }],
    routes: [`default via 10.${net}.0.1 dev eth0`, `10.${net}.0.0/24 dev eth0 proto kernel scope link src 10.${net}.0.${last}`],
    listen,
  };
}

/** The router of the kernel's suite for native rules: two machines on links of their own, two on a bridge. */
function router(nft: string): Readonly<Record<string, Space>> {
  const nets = ['a0', 'b0', 'br0'].map((dev, i) => `10.${i + 1}.0.0/24 dev ${dev} proto kernel scope link src 10.${i + 1}.0.1`);
  return {
    host: {
      links: [
        { name: 'a0', index: 2, kind: 'veth', addrs: ['10.1.0.1/24'], peer: 20, nsid: 1 },
        { name: 'b0', index: 3, kind: 'veth', addrs: ['10.2.0.1/24'], peer: 21, nsid: 2 },
        { name: 'br0', index: 4, kind: 'bridge', addrs: ['10.3.0.1/24'] },
        { name: 'c0', index: 5, kind: 'veth', master: 'br0', peer: 22, nsid: 3 },
        { name: 'd0', index: 6, kind: 'veth', master: 'br0', peer: 23, nsid: 4 },
      ],
      routes: nets,
      ports: [
        { dev: 'c0', bridge: 'br0' },
        { dev: 'd0', bridge: 'br0' },
      ],
      listen: ['tcp 0.0.0.0:22', 'udp 0.0.0.0:53', 'tcp 0.0.0.0:8080'],
      files: { 'nft-ruleset.txt': nft },
    },
    a: machine(20, 1, 2, 2, []),
    b: machine(21, 2, 2, 3, ['tcp 0.0.0.0:80', 'udp 0.0.0.0:53']),
    c: machine(22, 3, 2, 5, []),
    d: machine(23, 3, 3, 6, ['tcp 0.0.0.0:80', 'udp 0.0.0.0:53']),
  };
}

/**
 * A host with random native rules.
 * @param seed the same seed gives the same host.
 */
export function nativeHost(seed: number): Host {
  return buildHost(router(ruleset(new Rng(seed))));
}
