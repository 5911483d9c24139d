import { parsePrefix } from '../../address/ip.js';
import type { Wireguard, WireguardPeer } from '../../model/wireguard.js';
import { DEVICE } from '../../names/index.js';
import { linesOf, ProblemList, unlessRefused, type Line, type Parsed } from './source.js';

/** Fields of `wg show all dump` (wg(8)): a device has its keys, port and mark; a peer its keys, endpoint, allowed IPs, times and counters. */
const DEVICE_FIELDS = 5;
const PEER_FIELDS = 9;
const [ENDPOINT, ALLOWED] = [3, 4];
const NONE = '(none)';

interface Draft {
  readonly devices: Set<string>;
  readonly peers: WireguardPeer[];
}

/** Keys stand in these lines: what is not understood is told without its text. */
const WITHOUT_KEYS = '';

function allowedOf(text: string): WireguardPeer['allowed'] | undefined {
  if (text === NONE) return [];
  const parts = text.split(',').map((one) => parsePrefix(one.trim()));
  return parts.every((one) => one !== undefined) ? parts : undefined;
}

/** Reads `wg show all dump`, with its keys or without what they say. */
function readDump(lines: Iterable<Line>, { devices, peers }: Draft, problems: ProblemList): void {
  for (const { text, number } of lines)
    unlessRefused(() => {
      const fields = text.includes('\t') ? text.split('\t') : text.trim().split(/\s+/);
      const dev = problems.name(DEVICE, fields[0] ?? '', number, WITHOUT_KEYS);
      const allowed = fields.length === PEER_FIELDS ? allowedOf(fields[ALLOWED] ?? '') : undefined;
      if (fields.length === DEVICE_FIELDS) devices.add(dev);
      else if (allowed === undefined) problems.add(number, WITHOUT_KEYS, 'not a line of wg show all dump');
      else peers.push({ dev, allowed, located: fields[ENDPOINT] !== NONE, origin: problems.at(number) });
    });
}

/** A peer of the listing for people, as far as it was read. */
interface OpenPeer {
  readonly line: number;
  allowed?: WireguardPeer['allowed'];
  located: boolean;
}

/** Reads the listing for people: a paragraph a device, and one a peer of the device above. */
class ShownReader {
  private dev: string | undefined;
  private peer: OpenPeer | undefined;

  constructor(
    private readonly draft: Draft,
    private readonly problems: ProblemList,
  ) {}

  read({ text, number }: Line): void {
    const [, key = ''] = /^([a-z][a-z ]{0,40}):/.exec(text.trim()) ?? [];
    const value = text
      .trim()
      .slice(key.length + 1)
      .trim();
    if (key === 'interface') this.enter(value, number);
    else if (key === 'peer') this.begin(number);
    else if (key === 'endpoint' && this.peer !== undefined) this.peer.located = true;
    else if (key === 'allowed ips' && this.peer !== undefined) this.allow(this.peer, value, number);
    else if (key === '') this.problems.add(number, WITHOUT_KEYS, 'not a line of wg show');
  }

  private enter(name: string, number: number): void {
    this.end();
    this.dev = this.problems.name(DEVICE, name, number, name);
    this.draft.devices.add(this.dev);
  }

  private begin(line: number): void {
    this.end();
    this.peer = { line, located: false };
  }

  private allow(peer: OpenPeer, value: string, number: number): void {
    const allowed = allowedOf(value);
    if (allowed === undefined) this.problems.add(number, value, 'allowed ips are no prefixes');
    else peer.allowed = allowed;
  }

  /** Ends the peer under way. */
  end(): void {
    const { dev, peer, draft, problems } = this;
    this.peer = undefined;
    if (peer === undefined) return;
    if (dev === undefined || peer.allowed === undefined)
      problems.cut(peer.line, 'peer', 'the listing ends before it tells what the peer is for: it was cut');
    else draft.peers.push({ dev, allowed: peer.allowed, located: peer.located, origin: problems.at(peer.line) });
  }
}

/** Reads `wg show` and `wg show all dump`: what each peer of a device is for; its keys are not kept. */
export function parseWgShow(text: string, file: string): Parsed<Wireguard> {
  const problems = new ProblemList(file);
  const draft: Draft = { devices: new Set(), peers: [] };
  if (!text.split('\n').some((line) => line.trimStart().startsWith('interface:'))) readDump(linesOf(text), draft, problems);
  else {
    const reader = new ShownReader(draft, problems);
    for (const line of linesOf(text)) unlessRefused(() => reader.read(line));
    reader.end();
  }
  return { data: draft, problems: problems.list };
}
