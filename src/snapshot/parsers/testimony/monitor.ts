import type { Testimony, NamedInTrace } from '../../../model/testimony.js';
import { viewOf, type Told } from './fields.js';
import { packetIn } from './log.js';

type Packet = Pick<Told<Testimony>, 'proto' | 'packet'>;

/** The word behind another: `10.0.0.2` behind `saddr`. */
function after(words: readonly string[], name: string): string | undefined {
  const at = words.indexOf(name);
  return at < 0 ? undefined : words[at + 1];
}

const TRANSPORTS: ReadonlySet<string> = new Set(['tcp', 'udp', 'sctp']);

/** `ip saddr 10.0.0.2 ip daddr 10.0.0.3 … ip protocol tcp … tcp sport 1 tcp dport 2`, as nft prints a traced packet. */
function nftPacket(text: string): Packet | undefined {
  const words = text.trim().split(/\s+/);
  // of the link's addresses come first: `ether saddr …`
  const network = words.slice(
    Math.max(
      words.findIndex((word, i) => /^ip6?$/.test(word) && words[i + 1] === 'saddr'),
      0,
    ),
  );
  const proto = network[network.indexOf('sport') - 1];
  const packet = viewOf(after(network, 'saddr'), after(network, 'daddr'), after(network, 'sport'), after(network, 'dport'));
  const isIcmp = network.some((word) => /^(?:icmp|icmpv6|ipv6-icmp)$/.test(word));
  if (packet === undefined) return undefined;
  if (proto !== undefined && TRANSPORTS.has(proto)) return { proto, packet };
  return isIcmp ? { proto: 'icmp', packet } : undefined;
}

/** Reads traces line by line: a line that tells of a rule follows the one that tells of its packet. */
export class MonitorReader {
  private readonly packets = new Map<string, Packet>();

  /** @returns what a line tells of a rule; undefined where it tells of a packet alone, of a policy, or is no line of a trace. */
  line(text: string): Told<Testimony> | undefined {
    return this.xtables(text) ?? this.nft(text);
  }

  /** ` TRACE: 2 76de1252 nat:OUTPUT:rule:0x2:ACCEPT  -4 -t nat -A OUTPUT -p tcp …` below `PACKET: 2 76de1252 …` (iptables, xtables-monitor.c). */
  private xtables(text: string): Told<Testimony> | undefined {
    const [, id, words = ''] = /^\s*PACKET: \d+ ([0-9a-f]{8}) (.*)$/.exec(text) ?? [];
    if (id !== undefined) return this.remember(id, packetIn(words));
    const [, of = '', table = '', chain = '', rule = ''] =
      /^\s*TRACE: \d+ ([0-9a-f]{8}) (\w+):([^\s:]+):rule:0x[0-9a-f]+:\S+\s+(?:-[46] )?-t \w+ (-A .*)$/.exec(text) ?? [];
    return this.told(of, { table, chain, text: rule.trim() });
  }

  /** `trace id 9c07fc2b inet fw4 forward rule … (verdict accept)` below `… forward packet: …` (nftables, netlink.c). */
  private nft(text: string): Told<Testimony> | undefined {
    const [, id = '', nft = '', table = '', chain = '', what, rest = ''] =
      /^\s*trace id ([0-9a-f]{8}) (\w+) (\S+) (\S+) (packet:|rule) (.*)$/.exec(text) ?? [];
    if (what === 'packet:') return this.remember(id, nftPacket(rest));
    const end = rest.lastIndexOf(' (verdict ');
    return end < 0 ? undefined : this.told(id, { nft, table, chain, text: rest.slice(0, end).trim() });
  }

  private remember(id: string, packet: Packet | undefined): undefined {
    if (packet !== undefined) this.packets.set(id, packet);
  }

  private told(id: string, rule: NamedInTrace): Told<Testimony> | undefined {
    const packet = this.packets.get(id);
    return packet === undefined ? undefined : { kind: 'rule', ...packet, rule };
  }
}
