import { lastOf, maskIp, parseIp, parsePrefix } from '../address/ip.js';
import type { Family, Ip } from '../address/ip.js';
import type { Netns } from '../model/host.js';
import type { Rule } from '../model/netfilter.js';

/** A rule that gives connections another destination: what it may lead to, and what was asked for; what is absent may be anything. */
export interface Rewriting {
  readonly family: Family;
  readonly proto?: number;
  /** Absent where it leads to the machine itself, or only to another port. */
  readonly to?: readonly [Ip, Ip];
  readonly toPorts?: readonly [number, number];
  readonly asked?: Ip;
  /** Set where only the network is rewritten (NETMAP): its mask; the rest of the address stays. */
  readonly mask?: Ip;
  readonly askedPort?: number;
}

/** @returns the rules of a namespace's nat tables that give connections another destination. */
export function rewritingsOf({ rulesets }: Netns): readonly Rewriting[] {
  return rulesets.flatMap(({ family, tables }) =>
    [...(tables.get('nat')?.chains.values() ?? [])].flatMap(({ rules }) => rules.flatMap((rule) => rewritingOf(rule, family) ?? [])),
  );
}

function rewritingOf(rule: Rule, family: Family): Rewriting | undefined {
  if (!/ (?:DNAT|REDIRECT|NETMAP)(?: |$)/.test(rule.text)) return undefined;
  const options = rule.spec.target?.options ?? [];
  const end = options.find(({ flag }) => flag === '--to-destination')?.args[0] ?? '';
  const ports = options.find(({ flag }) => flag === '--to-ports')?.args[0];
  const [ips, own] = cut(end);
  const to = ips === '' ? undefined : range(ips, parseIp);
  const toPorts = range(ports ?? own ?? '', portNumber);
  const net = parsePrefix(options.find(({ flag }) => flag === '--to')?.args[0] ?? '');
  const { proto, dst, dport } = rule.head ?? {};
  return {
    family,
    ...(to && { to }),
    ...(net && { to: [net.addr, lastOf(net)] as const, mask: net.mask }),
    ...(toPorts && { toPorts }),
    ...(proto?.negated === false && { proto: proto.value }),
    ...(dst?.negated === false && { asked: dst.value.addr }),
    ...(dport?.negated === false && { askedPort: dport.value[0] }),
  };
}

/** @returns what was asked for so that a rule led to `ip`; undefined where that may be anything. */
export function askedOf({ asked, mask }: Rewriting, ip: Ip): Ip | undefined {
  if (asked === undefined || mask === undefined) return asked;
  const kept = maskIp(ip, mask);
  if (typeof asked === 'bigint' || typeof ip === 'bigint' || typeof kept === 'bigint') return BigInt(asked) + (BigInt(ip) - BigInt(kept));
  return asked + (ip - kept);
}

/** Cuts `ADDR[-ADDR][:PORT[-PORT]]` (libxt_NAT) before its ports; an IPv6 address with ports stands in brackets. */
function cut(text: string): readonly [ips: string, ports?: string] {
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    return [text.slice(1, end), text.slice(end + 2)];
  }
  const colon = text.indexOf(':');
  return colon < 0 || text.includes(':', colon + 1) ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
}

function range<T>(text: string, read: (word: string) => T | undefined): readonly [T, T] | undefined {
  const [low, high = low] = text.split('/', 1)[0]!.split('-');
  const from = read(low ?? '');
  const to = read(high ?? '');
  return from === undefined || to === undefined ? undefined : [from, to];
}

function portNumber(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}
