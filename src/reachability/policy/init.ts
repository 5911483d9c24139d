import { formatIp } from '../../address/ip.js';
import type { Machine } from '../../datapath/index.js';
import { isHostNetns } from '../../model/netns.js';
import type { FlowProto } from '../../model/trace.js';
import { formatPorts, parsePorts, subtract, toSet, type RangeSet } from '../../address/ranges.js';
import { addressesOf, askedAt } from '../../surface/index.js';
import { ReachClasses } from '../ways.js';
import type { Violation } from '../../model/policy.js';
import { PolicyEndpoints, type PolicySender } from './endpoints.js';
import { checkPolicy } from './engine.js';
import { PolicyError, readPolicy } from './read.js';

/** Who reaches one port of one namespace. */
interface Access {
  readonly target: string;
  readonly port: number;
  readonly proto: FlowProto;
  readonly from: Set<string>;
}

const YAML_PLAIN = /^[A-Za-z_][\w.-]*$/;
/** What a terminal acts on instead of showing; a double-quoted text of YAML may hold it as JSON writes it. */
const ACTIVE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** What the log of a build would take for an instruction. */
const INSTRUCTION = /#(?=#)/g;
const escaped = (char: string): string => char.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
const word = (text: string): string =>
  YAML_PLAIN.test(text) && !/^(?:yes|no|on|off|true|false|null|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text).replace(ACTIVE, escaped).replace(INSTRUCTION, '\\u0023');
const list = (names: readonly string[]): string => `[${names.map(word).join(', ')}]`;

/** What senders get an answer from, and which ports of the host the outside gets one from. */
function survey(machine: Machine): {
  readonly accesses: readonly Access[];
  readonly outside: ReadonlyMap<FlowProto, RangeSet>;
  readonly hasOutside: boolean;
} {
  const ways = new ReachClasses(machine);
  const endpoints = new PolicyEndpoints(machine, new Map());
  const senders: readonly PolicySender[] = endpoints.senders(['any']);
  const spaces = [...machine.namespaces.values()];
  const addresses = [...new Set([...askedAt(machine), ...spaces.flatMap((ns) => addressesOf(ns))])].map(formatIp);
  const accesses = new Map<string, Access>();
  const outside = new Map<FlowProto, RangeSet>();
  for (const sender of senders) {
    for (const to of addresses) {
      for (const proto of ['tcp', 'udp'] as const) {
        for (const { through, fate, dports } of ways.of(sender.client, to, proto)) {
          if (through === 'no' || fate.delivered === undefined || fate.delivered.netns === sender.netns) continue;
          const { netns: target, port } = fate.delivered;
          const key = `${target} ${port} ${proto}`;
          const access = accesses.get(key) ?? { target, port, proto, from: new Set<string>() };
          accesses.set(key, access);
          access.from.add(sender.label);
          if (sender.label === 'outside') outside.set(proto, toSet([...(outside.get(proto) ?? []), ...dports]));
        }
      }
    }
  }
  return { accesses: [...accesses.values()], outside, hasOutside: senders.some(({ label }) => label === 'outside') };
}

function ordered(accesses: readonly Access[]): readonly Access[] {
  const key = (a: Access): string => `${isHostNetns(a.target) ? '' : a.target} ${String(a.port).padStart(5, '0')} ${a.proto}`;
  return [...accesses].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** An assertion as it will be written. */
interface Draft {
  readonly name: () => string;
  readonly from: Set<string>;
  readonly to: string;
  /** What `only` speaks of; a `deny` speaks of all ports. */
  readonly ports?: string;
  readonly except: Map<FlowProto, RangeSet>;
}

function portWords(sets: ReadonlyMap<FlowProto, RangeSet>): readonly string[] {
  return [...sets].flatMap(([proto, ports]) =>
    formatPorts(subtract(ports, [[0, 0]]))
      .split(', ')
      .filter((word) => word !== '')
      .map((word) => `${word}/${proto}`),
  );
}

function draftsOf(machine: Machine): readonly Draft[] {
  const { accesses, outside, hasOutside } = survey(machine);
  const deny: Draft = {
    name: () => 'the outside reaches nothing but published ports',
    from: new Set(['outside']),
    to: 'any',
    except: new Map(outside),
  };
  const drafts = ordered(accesses).map(({ target, port, proto, from }): Draft => {
    const who = (): string => (from.size > 4 ? `${from.size} sources` : [...from].sort().join(', '));
    return {
      name: () => `${target}:${port}/${proto} is reached by ${who()}`,
      from,
      to: target,
      ports: `${port}/${proto}`,
      except: new Map(),
    };
  });
  // on a host that nobody reaches from outside there is nothing to say of the outside
  return hasOutside ? [deny, ...drafts] : drafts;
}

/** Shorter lists are written out in each assertion. */
const FEW = 8;

/** Who an assertion names; `only` does not care whether the target is among them, so that those of one network have one list. */
function sources({ from, to, ports }: Draft, whole: boolean): readonly string[] {
  return [...new Set([...from, ...(whole && ports !== undefined ? [to] : [])])].sort();
}

/** Long lists that several assertions share, each with the name of a group; lists of all but the target are written with it. */
function groupsOf(machine: Machine, drafts: readonly Draft[]): ReadonlyMap<string, string> {
  const uses = new Map<string, number>();
  for (const draft of drafts) {
    const names = sources(draft, true);
    if (names.length > FEW) uses.set(list(names), (uses.get(list(names)) ?? 0) + 1);
  }
  const groups = new Map<string, string>();
  let number = 1;
  for (const [names, count] of uses) {
    if (count < 2) continue;
    while (machine.namespaces.has(`sources-${number}`)) number++;
    groups.set(names, `sources-${number++}`);
  }
  return groups;
}

function assertionLines(draft: Draft, groups: ReadonlyMap<string, string>): readonly string[] {
  const { name, to, ports, except } = draft;
  const group = groups.get(list(sources(draft, true)));
  const from = group === undefined ? list(sources(draft, false)) : `group:${group}`;
  const head = `  - name: ${word(name())}`;
  if (ports !== undefined) return [head, '    only:', `      from: ${from}`, `      to: ${word(to)}`, `      ports: ${ports}`];
  const open = portWords(except);
  const spared = open.length === 0 ? [] : ['      except:', `        ports: ${list(open)}`];
  return [head, '    deny:', `      from: ${from}`, `      to: ${word(to)}`, ...spared];
}

function write(machine: Machine, drafts: readonly Draft[]): string {
  const { hostname } = machine.host.meta;
  const groups = groupsOf(machine, drafts);
  const lines = [
    '# yaml-language-server: $schema=./policy.schema.json',
    `# Who reaches what${hostname === undefined ? '' : ` on ${hostname.replace(/[^\w.-]/g, '?')}`}, as it is. Trim it to what is meant.`,
    'version: 1',
    ...(groups.size > 0 ? ['groups:', ...[...groups].map(([names, name]) => `  ${name}: ${names}`)] : []),
    'assertions:',
    ...drafts.flatMap((draft) => assertionLines(draft, groups)),
  ];
  return `${lines.join('\n')}\n`;
}

/** Widens an assertion by what speaks against it. @returns whether that changed it. */
function widen(draft: Draft, violations: readonly Violation[]): boolean {
  let changed = false;
  for (const { from, proto, ports } of violations) {
    if (draft.ports !== undefined) {
      changed ||= !draft.from.has(from);
      draft.from.add(from);
    } else {
      draft.except.set(proto, toSet([...(draft.except.get(proto) ?? []), ...parsePorts(ports)]));
      changed = true;
    }
  }
  return changed;
}

const ROUNDS = 8;

/**
 * Writes today's reachability as a policy that this snapshot passes: who reaches each port that anybody reaches, and what
 * the outside may ask for. What the snapshot does not tell counts as reached. To be trimmed by hand to what is wanted.
 * @throws PolicyError where the snapshot shows nobody who asks or nothing to ask for: a policy that asserts nothing holds for every host.
 */
export function initialPolicy(machine: Machine): string {
  const drafts = draftsOf(machine);
  if (drafts.length === 0)
    throw new PolicyError(
      'the snapshot shows nobody who reaches anything, so there is nothing to assert; dtrace-path inspect tells what it lacks',
    );
  let text = write(machine, drafts);
  // a port of the host may be taken by others than the one it is named after: what the check itself finds settles it
  for (let round = 0; round < ROUNDS; round++) {
    const { assertions } = checkPolicy(machine, readPolicy(text, 'policy.yaml'));
    const changes = assertions.map((result, i) => !result.passed && widen(drafts[i]!, result.violations));
    if (!changes.includes(true)) break;
    text = write(machine, drafts);
  }
  return text;
}
