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

/** @returns whether a line is read: no other is handed on, as proxies and registries may hold passwords. */
export function isInfoTextKept(line: string): boolean {
  return fieldIn(line) !== undefined;
}

/**
 * Reads the text of `docker info`: what of it decides how packets fare, under the names of its JSON. A warning that is not there says
 * nothing: it goes to standard error, and newer engines have fewer of them.
 * @returns an object as `docker info --format json` prints it, of these fields alone.
 */
export function parseDockerInfoText(text: string, file: string): Parsed<Readonly<Record<string, unknown>>> {
  const info = Object.fromEntries(
    Array.from(linesOf(text)).flatMap(({ text: line }) => [fieldIn(line)].filter((one) => one !== undefined)),
  );
  const problems = new ProblemList(file);
  const [first] = linesOf(text);
  if (first !== undefined && Object.keys(info).length === 0)
    problems.add(first.number, first.text, 'not what docker info prints: nothing of it is used');
  return { data: info, problems: problems.list };
}
