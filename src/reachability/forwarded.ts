import { contains, familyOf, formatIp, parseIp, type Family, type Ip } from '../address/ip.js';
import type { Machine } from '../datapath/index.js';
import type { Rule } from '../model/netfilter.js';
import type { MatrixService } from '../model/reachability.js';

const TARGET = / -j (?:DNAT --to-destination (\S+)|REDIRECT(?: --to-ports (\d+))?)/;
const PORTS = / --(?:dport|destination-port|dports|destination-ports) (\S+)/;
const PROTOS: ReadonlyMap<number, 'tcp' | 'udp'> = new Map([
  [6, 'tcp'],
  [17, 'udp'],
]);
/** Of longer ranges the two ends stand for the rest. */
const MOST_PORTS = 16;

function portsOf(text: string): readonly number[] {
  return text.split(',').flatMap((word) => {
    const [lo = 0, hi = lo] = word.split(':').map(Number);
    if (!Number.isInteger(lo) || !Number.isInteger(hi) || lo < 1 || hi > 65535 || hi < lo) return [];
    return hi - lo < MOST_PORTS ? Array.from({ length: hi - lo + 1 }, (_, i) => lo + i) : [lo, hi];
  });
}

/** Where a rule sends what it takes: `web:80`, or an address that nobody in the snapshot has. */
function leadsTo(machine: Machine, to: string | undefined, port: number, redirected: string | undefined): string {
  if (to === undefined) return `host:${redirected ?? port}`;
  const [, v6, v4, own] = /^(?:\[([0-9a-f:]+)\]|([0-9.]+)|[^:]*)(?:-[^:]*)?(?::(\d+))?/.exec(to) ?? [];
  const ip = parseIp(v6 ?? v4 ?? to);
  const owner = ip === undefined ? undefined : machine.ownerOf(ip)?.name;
  return `${owner ?? (ip === undefined ? to : formatIp(ip))}:${own ?? port}`;
}

function addressesOf({ head }: Rule, family: Family, own: readonly Ip[]): readonly Ip[] {
  const same = own.filter((ip) => familyOf(ip) === family);
  const dst = head?.dst;
  if (dst === undefined) return same.slice(0, 1);
  if (dst.negated) return same.filter((ip) => !contains(dst.value, ip)).slice(0, 1);
  const bits = family === 4 ? 32 : 128;
  return dst.value.length === bits ? [dst.value.addr] : same.filter((ip) => contains(dst.value, ip)).slice(0, 1);
}

/**
 * Ports that rules of the host send on without Docker's doing: DNAT and REDIRECT that somebody wrote by hand.
 * @param own addresses of the host.
 * @param known names that others have already.
 */
export function forwardedServices(machine: Machine, own: readonly Ip[], known: ReadonlySet<string>): readonly MatrixService[] {
  const services = new Map<string, MatrixService>();
  for (const { family, tables } of machine.root.netns.rulesets) {
    for (const rule of [...(tables.get('nat')?.chains.values() ?? [])].flatMap((chain) => chain.rules)) {
      const found = TARGET.exec(rule.text);
      const proto = rule.head?.proto?.negated === false ? PROTOS.get(rule.head.proto.value) : undefined;
      const [, ports] = PORTS.exec(rule.text) ?? [];
      if (found === null || proto === undefined || ports === undefined || / ! --d/.test(rule.text)) continue;
      for (const port of portsOf(ports)) {
        const name = `host:${port}/${proto}`;
        const bound =
          rule.head?.dst?.negated === false ? `${addressesOf(rule, family, own).map(formatIp)[0] ?? ''}:${port}/${proto}` : name;
        if (known.has(name) || known.has(bound)) continue;
        const addresses = [...new Set([...(services.get(name)?.addresses ?? []), ...addressesOf(rule, family, own).map(formatIp)])];
        if (addresses.length === 0) continue;
        const to = leadsTo(machine, found[1], port, found[2]);
        const service = {
          name,
          kind: 'forwarded',
          target: to.slice(0, to.lastIndexOf(':')),
          proto,
          port,
          leadsTo: to,
          origin: rule.origin,
        } as const;
        services.set(name, { ...service, ...services.get(name), addresses });
      }
    }
  }
  return [...services.values()];
}
