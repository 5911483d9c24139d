import type { Rng } from '../kernel/generate/rng.js';
import type { Scenario, ScenarioNetns, ScenarioTable } from '../kernel/generate/scenario.js';

/** What tells one of several containers like it from the others. */
interface Identity {
  readonly netns: string;
  readonly device: string;
  readonly v4: string;
  readonly v6: string;
  readonly mac: string;
}

/** A container with one card, as its lines tell it. */
function identityOf({ base }: Scenario, space: ScenarioNetns): Identity | undefined {
  const links = base.filter((line) => line.startsWith('link add') && line.endsWith(` netns ${space.name}`));
  const [, device, mac] = /name (\S+) netns host .*address (\S+) netns/.exec(links[0] ?? '') ?? [];
  const given = space.ip.flatMap((line) => /^addr add (\S+)\/\d+ dev eth0/.exec(line)?.[1] ?? []);
  const v4 = given.find((text) => text.includes('.'));
  if (links.length !== 1 || device === undefined || mac === undefined || v4 === undefined) return undefined;
  return { netns: space.name, device, mac, v4, v6: given.find((text) => text.startsWith('fd00')) ?? 'fd00::ffff' };
}

function another(one: Identity, i: number): Identity {
  const upTo = (text: string, mark: string): string => text.slice(0, text.lastIndexOf(mark) + 1);
  const number = 100 + i;
  return {
    netns: `k${i}`,
    device: `k${i}`,
    mac: `${upTo(one.mac, ':')}${number.toString(16)}`,
    v4: `${upTo(one.v4, '.')}${number}`,
    v6: `${upTo(one.v6, ':')}${number.toString(16)}`,
  };
}

function renamed(lines: readonly string[], from: Identity, to: Identity): readonly string[] {
  const names = new Map([
    [from.netns, to.netns],
    [from.device, to.device],
    [from.mac, to.mac],
    [from.v4, to.v4],
    [from.v6, to.v6],
  ]);
  return lines.map((line) => line.replace(/[^\s/,]+/g, (word) => names.get(word) ?? word));
}

/** The rules that Docker writes for a published port of a container. */
function published(
  tables: readonly ScenarioTable[],
  { v4 }: Identity,
  bridge: string,
  hostPort: number,
  port: number,
): readonly ScenarioTable[] {
  const rules: Readonly<Record<string, string>> = {
    'nat DOCKER': `-A DOCKER ! -i ${bridge} -p tcp -m tcp --dport ${hostPort} -j DNAT --to-destination ${v4}:${port}`,
    'nat POSTROUTING': `-A POSTROUTING -s ${v4}/32 -d ${v4}/32 -p tcp -m tcp --dport ${port} -j MASQUERADE`,
    'filter FORWARD': `-A FORWARD -d ${v4}/32 ! -i ${bridge} -o ${bridge} -p tcp -m tcp --dport ${port} -j ACCEPT`,
  };
  return tables.map((table) => ({
    ...table,
    chains: table.chains.map((chain) => {
      const rule = table.family === 4 ? rules[`${table.name} ${chain.name}`] : undefined;
      return rule === undefined ? chain : { ...chain, rules: [...chain.rules, rule] };
    }),
  }));
}

/** Rules that speak of some of the containers, so that not all of them fare alike. */
function singledOut(rng: Rng, tables: readonly ScenarioTable[], { v4 }: Identity): readonly ScenarioTable[] {
  const rule = rng.pick([
    `-s ${v4}/32 -j DROP`,
    `-d ${v4}/32 -p tcp -m tcp --dport 80 -j DROP`,
    `! -s ${v4}/32 -p udp -j DROP`,
    // a port that one of them may send from, and its answers come back to
    `-d ${v4}/32 -p tcp -m tcp --dport 6000 -j DROP`,
    `-s ${v4}/32 -p tcp -m tcp --dport 6000 -j DROP`,
    `-d ${v4}/32 -p tcp -m tcp --sport 6000 -j DROP`,
    `-s ${v4}/32 -p tcp -m tcp --sport 6000 -j DROP`,
  ]);
  const at = rng.chance(0.7) ? 'FORWARD' : 'OUTPUT';
  const first = rng.chance(0.7);
  return tables.map((table) =>
    table.family === 4 && table.name === 'filter'
      ? {
          ...table,
          chains: table.chains.map((chain) => {
            if (chain.name !== at) return chain;
            const own = `-A ${at} ${rule}`;
            return { ...chain, rules: first ? [own, ...chain.rules] : [...chain.rules, own] };
          }),
        }
      : table,
  );
}

/**
 * Adds containers that differ in names and addresses alone from one that is there, each with a published port; most are
 * treated alike, and some rules speak of one of them.
 */
export function withClones(rng: Rng, scenario: Scenario): Scenario {
  const [host, ...others] = scenario.namespaces;
  const model = others.find((space) => identityOf(scenario, space) !== undefined);
  const one = model === undefined ? undefined : identityOf(scenario, model);
  if (host === undefined || model === undefined || one === undefined) return scenario;
  const bridge =
    host.ip.flatMap((line) => (line.startsWith(`link set dev ${one.device} master `) ? [line.split(' ').at(-1) ?? ''] : []))[0] ?? 'br0';
  const clones = rng.times(2, 6, (i) => another(one, i));
  const ports = model.listeners.filter((l) => l.proto === 'tcp').map((l) => l.port);
  let { tables } = host;
  [one, ...clones].forEach((each, i) => {
    tables = published(tables, each, bridge, 18_000 + i, ports[0] ?? 80);
    if (rng.chance(0.3)) tables = singledOut(rng, tables, each);
  });
  const own = (lines: readonly string[]): readonly string[] =>
    lines.filter((line) => line.includes(` dev ${one.device} `) || line.endsWith(` dev ${one.device}`));
  return {
    ...scenario,
    base: [
      ...scenario.base,
      ...clones.flatMap((each) =>
        renamed(
          scenario.base.filter((line) => line.includes(` netns ${one.netns}`) || line === `netns add ${one.netns}`),
          one,
          each,
        ),
      ),
    ],
    namespaces: [
      {
        ...host,
        tables,
        ip: [...host.ip, ...clones.flatMap((each) => renamed(own(host.ip), one, each))],
        bridge: [...host.bridge, ...clones.flatMap((each) => renamed(own(host.bridge), one, each))],
      },
      ...others,
      ...clones.map((each): ScenarioNetns => ({
        ...model,
        name: each.netns,
        ip: renamed(model.ip, one, each),
        ip6: renamed(model.ip6, one, each),
        listeners: model.listeners.map((l) => (l.ip === one.v4 ? { ...l, ip: each.v4 } : l)),
        tables: model.tables.map((t) => ({ ...t, chains: t.chains.map((c) => ({ ...c, rules: renamed(c.rules, one, each) })) })),
      })),
    ],
  };
}
