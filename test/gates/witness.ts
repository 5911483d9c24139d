import type { Files } from './damage.js';

/**
 * What a damage took out of a listing, or put into it: whole lines of text, or entries of JSON, as they stand.
 * Undefined where something else came of it: another order, halves of lines, another form.
 */
function changedUnits(file: string, before: string, after: string): readonly string[] | undefined {
  const [was, is] = [unitsOf(file, before), unitsOf(file, after)];
  if (was === undefined || is === undefined) return undefined;
  const [lost, gained] = [was.filter((unit) => !is.includes(unit)), is.filter((unit) => !was.includes(unit))];
  const inOrder = is.filter((unit) => was.includes(unit)).every((unit, i, all) => i === 0 || was.indexOf(all[i - 1]!) <= was.indexOf(unit));
  return inOrder ? [...lost, ...gained] : undefined;
}

function unitsOf(file: string, text: string): readonly string[] | undefined {
  if (!file.endsWith('.json')) return text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  try {
    const data: unknown = JSON.parse(text);
    return Array.isArray(data) ? data.map((one) => JSON.stringify(one)) : undefined;
  } catch {
    return undefined;
  }
}

interface Published {
  readonly Name: string;
  readonly NetworkSettings: { readonly Ports: Readonly<Record<string, readonly { readonly HostPort: string }[] | null>> };
}

/** Ports of the host that Docker publishes: what holds them has its socket there. */
function publishedPorts(files: Files): ReadonlySet<string> {
  const containers = JSON.parse(files.get('docker/containers.json') ?? '[]') as readonly Published[];
  const bound = containers.flatMap((one) => Object.values(one.NetworkSettings.Ports).flatMap((ports) => ports ?? []));
  return new Set(bound.map((one) => one.HostPort));
}

/**
 * A socket of a program that is nobody's stand-in, on a port that Docker tells nothing of. That a container's port is published shows nothing: many are
 * at which nobody listens.
 */
function isOwnListener(line: string, file: string, files: Files): boolean {
  const [, address = '', port = ''] = /^(?:tcp|udp)\s+\S+\s+\d+\s+\d+\s+(\S+):(\d+)\s/.exec(line) ?? [];
  if (port === '' || address.startsWith('127.0.0.11') || /"docker(?:d|-proxy)"/.test(line)) return false;
  return file.startsWith('netns/') || !publishedPorts(files).has(port);
}

/** A rule that is in no chain of Docker's, leads to none, and names none of its bridges in the way that Docker's rules do. */
function isOwnRule(line: string): boolean {
  const rule = line.replace(/^\[\d+:\d+\] /, '');
  return /^-A (?!DOCKER(?!-USER\b))\S+ /.test(rule) && !/-j DOCKER|-[io] (?:br-|docker)|MASQUERADE/.test(rule);
}

/** Which units of a listing no other listing of a snapshot speaks of, by the file's name. */
const UNWITNESSED: Readonly<Record<string, (unit: string, file: string, files: Files) => boolean>> = {
  'ss.txt': isOwnListener,
  'iptables-save.txt': isOwnRule,
  'ip6tables-save.txt': isOwnRule,
  // the kernel makes those of addresses, Docker the default routes of containers
  'ip-route.json': (entry) => !entry.includes('"protocol":"kernel"') && !/"dst":"default".*"dev":"eth\d"/.test(entry),
  'ip6-route.json': (entry) => !entry.includes('"protocol":"kernel"'),
  'ip-rule.json': (entry) => !/"table":"(?:local|main)"/.test(entry),
  'ip6-rule.json': (entry) => !/"table":"(?:local|main)"/.test(entry),
  'ip-neigh.json': () => true,
  'bridge-fdb.json': () => true,
  // another value of a setting that is there
  'sysctl.txt': (line) => /^net\.\S+ = \S+$/.test(line) && !line.startsWith('net.ipv4.ip_forward') && !line.startsWith('net.bridge.'),
  // networks on which nobody has an address
  'networks.json': (entry) => /"Driver":"(?:host|null)"/.test(entry),
  // a set that no rule names is as good as none
  'ipset-save.txt': (line, _file, files) =>
    line.startsWith('add ') || !(files.get('host/iptables-save.txt') ?? '').includes(` ${line.split(' ')[1] ?? ''} `),
};

/**
 * The limit of what can be told: a listing that is whole in form, and of which the damage changed nothing but what no other listing speaks of,
 * cannot be told from a true one.
 * @returns whether each damaged file is such a listing.
 */
export function isBeyondTelling(whole: Files, damaged: Files): boolean {
  return [...whole].every(([file, text]) => {
    const left = damaged.get(file);
    if (left === text) return true;
    const units = left === undefined ? undefined : changedUnits(file, text, left);
    const alone = UNWITNESSED[file.slice(file.lastIndexOf('/') + 1)];
    return units !== undefined && alone !== undefined && units.every((unit) => alone(unit, file, whole));
  });
}
