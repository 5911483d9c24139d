import type { Gap, PlanLine, NetnsPlan, SysctlSetting, TwinPlan, OutsideWire } from './plan/plan.js';
import { QUIET } from './plan/sysctls.js';
import { OUTSIDE } from './plan/plan.js';
import type { TwinName } from './plan/links.js';
import type { OutsidePlan } from './outside.js';
import { runBatch } from './batch.js';
import { restoreIpsets, restoreRuleset } from './restore.js';
import { restoreNative } from './restore-native.js';
import type { Listeners, Ran, Running, Sandbox } from './sandbox.js';
import { NetnsAgent } from './station.js';
import { words } from './write/words.js';

/** A host rebuilt inside a sandbox. */
export class Twin {
  readonly stations: ReadonlyMap<string, NetnsAgent>;

  constructor(
    readonly sandbox: Sandbox,
    readonly plan: TwinPlan,
    private readonly ns: TwinName,
  ) {
    const names = [OUTSIDE, ...plan.namespaces.map((n) => n.name)];
    this.stations = new Map(names.map((name) => [name, new NetnsAgent(sandbox, this.enter(name))]));
  }

  /** @returns the names of the namespaces, the outside's among them. */
  get netnsNames(): readonly string[] {
    return [...this.stations.keys()];
  }

  /** Runs a command inside one namespace. */
  run(netns: string, argv: readonly string[], input?: string): Promise<Ran> {
    return this.sandbox.run([...this.enter(netns), ...argv], input);
  }

  start(netns: string, argv: readonly string[], listeners: Listeners): Running {
    return this.sandbox.start([...this.enter(netns), ...argv], listeners);
  }

  private enter(netns: string): readonly string[] {
    return ['nsenter', `--net=/run/netns/${this.ns(netns)}`];
  }

  /** Runs `ip` or `bridge` commands inside a namespace, all of them, whatever fails. @returns what failed. */
  async batch(netns: string, program: 'ip' | 'ip -6' | 'bridge', lines: readonly PlanLine[]): Promise<readonly Gap[]> {
    return runBatch((argv, input) => this.run(netns, argv, input), program, lines);
  }
}

async function rebuildRules(twin: Twin, netns: NetnsPlan): Promise<readonly Gap[]> {
  const exec = (argv: readonly string[], input: string): Promise<Ran> => twin.run(netns.name, argv, input);
  const gaps: Gap[] = [...(await restoreIpsets(exec, netns.ipset))];
  for (const ruleset of netns.rulesets) {
    gaps.push(...(await restoreRuleset(exec, netns.name, ruleset)));
  }
  if (netns.native !== undefined) gaps.push(...(await restoreNative(exec, netns.name, netns.native)));
  return gaps;
}

/** Without IPv6 a device takes no address of it. */
const EARLY = /disable_ipv6$/;

async function setSysctls(twin: Twin, netns: NetnsPlan, settings: readonly SysctlSetting[]): Promise<readonly Gap[]> {
  const unset = (await twin.stations.get(netns.name)?.sysctl(settings)) ?? [];
  return unset.flatMap(({ key, error }) => {
    const what = settings.find((s) => s.key === key && s.what !== '')?.what;
    return what === undefined ? [] : [{ what, why: error }];
  });
}

async function rebuildLinks(twin: Twin, netns: NetnsPlan): Promise<readonly Gap[]> {
  return [
    ...(await setSysctls(twin, netns, [...QUIET, ...netns.sysctls.filter((s) => EARLY.test(s.key))])),
    ...(await twin.batch(netns.name, 'ip', netns.ip)),
    ...(await twin.batch(netns.name, 'ip -6', netns.ip6)),
  ];
}

async function rebuildPolicy(twin: Twin, netns: NetnsPlan): Promise<readonly Gap[]> {
  return [
    ...(await setSysctls(
      twin,
      netns,
      netns.sysctls.filter((s) => !EARLY.test(s.key)),
    )),
    ...(await twin.batch(netns.name, 'ip', netns.rules)),
    ...(await twin.batch(netns.name, 'ip -6', netns.rules6)),
    ...(await rebuildRules(twin, netns)),
  ];
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A port takes entries once its wire is up, which the kernel finds out in its own time (linkwatch_event). */
async function rebuildBridges(twin: Twin, netns: NetnsPlan): Promise<readonly Gap[]> {
  let failed = await twin.batch(netns.name, 'bridge', netns.bridge);
  for (let tries = 0; failed.length > 0 && tries < 8; tries++) {
    await pause(40 * (tries + 1));
    const again = new Set(failed.map((gap) => gap.what));
    failed = await twin.batch(
      netns.name,
      'bridge',
      netns.bridge.filter((line) => again.has(line.what)),
    );
  }
  return failed;
}

/** Whoever was asked for has learned who asked: the others find their neighbours under the rules that now hold. */
async function forgetNeighbours(twin: Twin, netns: NetnsPlan): Promise<void> {
  if (netns.known.length === 0) await twin.run(netns.name, ['ip', 'neigh', 'flush', 'all']);
}

async function openListeners(twin: Twin, netns: NetnsPlan): Promise<readonly Gap[]> {
  const failed = (await twin.stations.get(netns.name)?.listen(netns.listeners)) ?? [];
  return failed.map(({ listener, error }) => ({ what: `${netns.name}: ${listener.proto} port ${listener.port}`, why: error }));
}

/** An end without a wire: the far end is down. */
function farEnds(uplinks: readonly OutsideWire[]): readonly PlanLine[] {
  return uplinks.flatMap((u) => [
    { words: words`link set dev ${u.far} addrgenmode none`, what: u.far, optional: true },
    ...(u.noarp ? [{ words: words`link set dev ${u.far} arp off`, what: u.far }] : []),
    { words: words`link set dev ${u.far} ${u.carrier ? 'up' : 'down'}`, what: `${u.netns}: wire of ${u.iface}` },
  ]);
}

/**
 * Rebuilds a host inside a sandbox.
 * @param ns how namespaces are called there, as in the plan.
 * @param outside what the namespace of the outside holds.
 * @returns the twin and all that could not be rebuilt.
 */
export async function buildTwin(
  sandbox: Sandbox,
  plan: TwinPlan,
  ns: TwinName,
  outside: OutsidePlan,
): Promise<{ readonly twin: Twin; readonly gaps: readonly Gap[] }> {
  const base = await runBatch((argv, input) => sandbox.run(argv, input), 'ip', plan.base);
  const twin = new Twin(sandbox, plan, ns);
  const gaps: Gap[] = [...plan.gaps, ...base];
  for (const netns of plan.namespaces) gaps.push(...(await twin.batch(netns.name, 'ip', netns.stacked)));
  await twin.stations.get(OUTSIDE)?.sysctl(OUTSIDE_SYSCTLS);
  gaps.push(...(await twin.batch(OUTSIDE, 'ip', farEnds(plan.uplinks))));
  gaps.push(...(await twin.batch(OUTSIDE, 'ip', outside.ip)), ...(await twin.batch(OUTSIDE, 'ip -6', outside.ip6)));
  const each = async (step: (netns: NetnsPlan) => Promise<readonly Gap[]>): Promise<void> => {
    gaps.push(...(await Promise.all(plan.namespaces.map(step))).flat());
  };
  await each((netns) => rebuildLinks(twin, netns));
  await each((netns) => rebuildBridges(twin, netns));
  await Promise.all(plan.namespaces.map(async (netns) => twin.stations.get(netns.name)?.touch(netns.known)));
  await each((netns) => rebuildPolicy(twin, netns));
  await Promise.all(plan.namespaces.map((netns) => forgetNeighbours(twin, netns)));
  await each((netns) => openListeners(twin, netns));
  return { twin, gaps };
}

/** The outside takes whatever comes, answers for every address it was given, and forwards nothing. */
const OUTSIDE_SYSCTLS = [
  { key: 'net.ipv4.ip_forward', value: '0' },
  { key: 'net.ipv4.conf.all.rp_filter', value: '0' },
  { key: 'net.ipv4.conf.default.rp_filter', value: '0' },
  { key: 'net.ipv4.conf.all.accept_local', value: '1' },
  { key: 'net.ipv4.conf.all.route_localnet', value: '1' },
  { key: 'net.ipv4.conf.all.arp_ignore', value: '0' },
  { key: 'net.ipv4.icmp_ratemask', value: '0' },
  { key: 'net.ipv6.icmp.ratelimit', value: '0' },
];
