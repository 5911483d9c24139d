import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { formatIp } from '../../src/address/ip.js';
import { createMachine } from '../../src/datapath/index.js';
import type { Host } from '../../src/model/host.js';
import { diffReachability } from '../../src/reachability/diff/diff.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { routeText } from '../../src/snapshot/parsers/route-fields.js';
import { whatIf } from '../../src/change/index.js';

const STATES = fileURLToPath(new URL('../../fixtures/what-if/', import.meta.url));

/** Docker writes the ports of one container in an order of chance. */
const UNORDERED: ReadonlySet<string> = new Set(['DOCKER', 'POSTROUTING', 'PREROUTING']);
const sorted = (list: Iterable<string>): readonly string[] => [...list].sort();

/** What two snapshots of one state share: bridges go by their networks' names, ids and names of veths are of chance. */
function told(host: Host): unknown {
  const bridges = new Map(host.networks.map((n) => [`br-${n.id.slice(0, 12)}`, `bridge of ${n.name}`]));
  const named = (text: string): string => text.replace(/br-[0-9a-f]{12}/g, (name) => bridges.get(name) ?? name).replace(/veth\w+/g, 'veth');
  const root = host.netns.get('host')!;
  const spaces = [...host.netns.values()];
  return {
    rules: sorted(
      root.rulesets.flatMap((set) =>
        [...set.tables.values()].flatMap((table) =>
          [...table.chains.values()].map((chain) => {
            const rules = chain.rules.map((rule) => named(rule.text));
            return [set.family, table.name, chain.name, chain.policy, ...(UNORDERED.has(chain.name) ? sorted(rules) : rules)].join('\n');
          }),
        ),
      ),
    ),
    routes: sorted(
      spaces.flatMap((ns) => ns.routes.filter((r) => r.family === 4 && r.table === 254).map((r) => `${ns.name} ${named(routeText(r))}`)),
    ),
    addresses: sorted(
      spaces.flatMap((ns) =>
        ns.interfaces.flatMap((i) =>
          i.addresses
            .filter((a) => typeof a.ip === 'number')
            .map((a) => `${ns.name} ${named(i.name)} ${i.up} ${i.carrier} ${formatIp(a.ip)}/${a.prefixLength}`),
        ),
      ),
    ),
    ports: sorted(root.bridgePorts.map((p) => named(`${p.iface} ${p.bridge} ${p.state} ${p.hairpin}`))),
    containers: sorted(
      host.containers.map((c) => {
        const places = c.endpoints.map((e) => `${e.network} ${e.ip === undefined ? '' : formatIp(e.ip)}`);
        return [
          c.name,
          c.running,
          ...sorted(places),
          ...sorted(new Set(c.published.map((p) => `${p.hostPort}:${p.containerPort}/${p.proto}`))),
        ].join(' ');
      }),
    ),
    proxies: sorted(root.sockets.map((s) => `${s.proto}${s.family} ${s.port}`)),
  };
}

interface Step {
  readonly engine: string;
  readonly command: string;
  readonly at: number;
}

const steps = ['docker26', 'docker28'].flatMap((engine): readonly Step[] => {
  const commands = JSON.parse(readFileSync(`${STATES}${engine}/steps.json`, 'utf8')) as readonly string[];
  return commands.map((command, at) => ({ engine, command, at }));
});
const state = (engine: string, at: number): Promise<Host> => loadSnapshot(`${STATES}${engine}/${String(at).padStart(2, '0')}.tgz`);

describe('--what-if of docker commands comes to what an Engine made of them', () => {
  it.each(steps.filter((s) => !s.command.startsWith('docker start')))('$engine: $command', async ({ engine, command, at }) => {
    const [before, after] = [await state(engine, at), await state(engine, at + 1)];
    const model = whatIf(before, [command]);
    expect(told(model)).toEqual(told(after));
    // the image of `docker run` is taken to listen on what it publishes; the recorded one does not
    if (!command.includes(' -p ')) expect(diffReachability(createMachine(model), createMachine(after)).changes).toEqual([]);
  });
});
