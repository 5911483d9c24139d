import { linesOf, ProblemList, type Parsed } from './source.js';

/** What `docker info` warns of, by the field of its JSON that says the same (daemon/info.go, cli/command/system/info.go). */
const WARNINGS: Readonly<Record<string, string>> = {
  'IPv4 forwarding is disabled': 'IPv4Forwarding',
  'bridge-nf-call-iptables is disabled': 'BridgeNfIptables',
  'bridge-nf-call-ip6tables is disabled': 'BridgeNfIp6tables',
};

/** Fields by their titles, as the JSON has them. */
const FIELDS: Readonly<Record<string, (value: string) => readonly [string, unknown]>> = {
  'Firewall Backend': (Driver) => ['FirewallBackend', { Driver }],
  'Server Version': (version) => ['ServerVersion', version],
  Swarm: (LocalNodeState) => ['Swarm', { LocalNodeState }],
};

/** @returns the field that a line of it tells, with its value; undefined where it tells of nothing that is read. */
function fieldIn(line: string): readonly [string, unknown] | undefined {
  const [, warning] = /^WARNING:\s+(\S.*)$/.exec(line.trim()) ?? [];
  const setting = warning === undefined || !Object.hasOwn(WARNINGS, warning) ? undefined : WARNINGS[warning];
  if (setting !== undefined) return [setting, false];
  const [, title = '', value] = /^\s*([A-Z][A-Za-z ]+):\s+([\w.+-]+)\s*$/.exec(line) ?? [];
  return value === undefined || !Object.hasOwn(FIELDS, title) ? undefined : FIELDS[title]?.(value);
}

/** @returns a pool of `default-address-pools`, as the text lists it below their title: `Base: 10.0.0.0/8, Size: 24`. */
function poolIn(line: string): { readonly Base: string; readonly Size: number } | undefined {
  const [, base, size] = /^\s+Base:\s+([0-9a-f.:/]+),\s+Size:\s+(\d{1,3})\s*$/i.exec(line) ?? [];
  return base === undefined ? undefined : { Base: base, Size: Number(size) };
}

/** @returns whether a line is read: no other is handed on, as proxies and registries may hold passwords. */
export function isInfoTextKept(line: string): boolean {
  return fieldIn(line) !== undefined || poolIn(line) !== undefined;
}

/**
 * Reads the text of `docker info`: what of it decides how packets fare, under the names of its JSON. A warning that is not there says
 * nothing: it goes to standard error, and newer engines have fewer of them.
 * @returns an object as `docker info --format json` prints it, of these fields alone.
 */
export function parseDockerInfoText(text: string, file: string): Parsed<Readonly<Record<string, unknown>>> {
  const lines = Array.from(linesOf(text), ({ text: line }) => line);
  const pools = lines.flatMap((line) => poolIn(line) ?? []);
  const info = Object.fromEntries([
    ...lines.flatMap((line) => [fieldIn(line)].filter((one) => one !== undefined)),
    ...(pools.length > 0 ? [['DefaultAddressPools', pools] as const] : []),
  ]);
  const problems = new ProblemList(file);
  const [first] = linesOf(text);
  if (first !== undefined && Object.keys(info).length === 0)
    problems.add(first.number, first.text, 'not what docker info prints: nothing of it is used');
  return { data: info, problems: problems.list };
}
