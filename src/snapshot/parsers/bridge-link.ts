import type { BridgePort } from '../../model/link.js';
import { DEVICE } from '../../names/index.js';
import { jsonList, type JsonView } from './json-view.js';
import { DEFAULT_PORT, portState } from './link-fields.js';
import { collect, linesOf, looksLikeJson, ProblemList, unlessRefused, wordsOf, type Parsed } from './source.js';

/** Words of `bridge -d link`'s second line, each followed by `on` or `off`. */
const SWITCHES: ReadonlySet<string> = new Set(['hairpin', 'isolated', 'learning', 'flood']);
const DETAIL =
  /^\s+(?:hairpin|guard|root_block|fastleave|learning|flood|mcast_|bcast_|neigh_|vlan_tunnel|isolated|locked|mab|priority|backup_)/;

function fromJson(view: JsonView): BridgePort | undefined {
  const iface = view.name('ifname', DEVICE);
  const bridge = view.name('master', DEVICE);
  if (iface === undefined) return void view.reject('a port without "ifname"');
  if (bridge === undefined) return undefined;
  const word = view.word('state');
  const state = portState(word);
  if (word !== undefined && state === undefined) view.complain('state', `unknown port state ${word}`);
  return {
    iface,
    bridge,
    state: state ?? DEFAULT_PORT.state,
    hairpin: view.flag('hairpin') ?? DEFAULT_PORT.hairpin,
    isolated: view.flag('isolated') ?? DEFAULT_PORT.isolated,
    learning: view.flag('learning') ?? DEFAULT_PORT.learning,
    flood: view.flag('flood') ?? DEFAULT_PORT.flood,
    // `bridge -j link` without -d
    ...(view.has('hairpin') ? {} : { switchesUnshown: true as const }),
    origin: view.origin,
  };
}

/** `4: v0@v1: <UP,LOWER_UP> mtu 1500 master br0 state forwarding priority 32 cost 2`; without a master it is no port. */
function headOf(text: string, line: number, problems: ProblemList): BridgePort | undefined {
  const iface = /^\d+: ([^\s:@]+)/.exec(text)?.[1];
  const words = wordsOf(text);
  if (iface === undefined) return void problems.add(line, text, 'not a line of bridge link');
  const at = words.indexOf('master');
  const bridge = words[at + 1];
  if (at < 0 || bridge === undefined) return undefined;
  for (const name of [iface, bridge]) problems.name(DEVICE, name, line, text);
  const word = words[words.indexOf('state') + 1];
  const state = words.includes('state') ? portState(word) : DEFAULT_PORT.state;
  if (state === undefined) problems.add(line, text, `unknown port state ${word ?? ''}`);
  return { iface, bridge, ...DEFAULT_PORT, state: state ?? DEFAULT_PORT.state, switchesUnshown: true, origin: problems.at(line) };
}

function withSwitches(port: BridgePort, text: string): BridgePort {
  const words = wordsOf(text);
  const set = words.flatMap((word, i) => (SWITCHES.has(word) ? [[word, words[i + 1] === 'on'] as const] : []));
  const { switchesUnshown, ...shown } = { ...port, ...Object.fromEntries(set) };
  return set.some(([word]) => word === 'hairpin') || switchesUnshown === undefined ? shown : { ...shown, switchesUnshown };
}

function fromText(text: string, problems: ProblemList): BridgePort[] {
  const ports: BridgePort[] = [];
  let inPort = false;
  for (const line of linesOf(text)) {
    const last = ports.at(-1);
    if (DETAIL.test(line.text)) {
      if (inPort && last !== undefined) ports[ports.length - 1] = withSwitches(last, line.text);
      continue;
    }
    const port = unlessRefused(() => headOf(line.text, line.number, problems));
    inPort = port !== undefined;
    if (port !== undefined) ports.push(port);
  }
  return ports;
}

/**
 * Reads `bridge [-j] [-d] link show`. The name it prints beside a port's (`"link":"up0"`) is passed over: it looks the
 * peer's index up in the wrong namespace.
 * @throws SnapshotError on broken JSON.
 */
export function parseBridgeLink(text: string, file: string): Parsed<readonly BridgePort[]> {
  const problems = new ProblemList(file);
  const data = looksLikeJson(text) ? collect(jsonList(text, problems), (view) => fromJson(view)) : fromText(text, problems);
  return { data, problems: problems.list };
}
