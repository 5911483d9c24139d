import { linesOf, ProblemList, type Parsed } from './source.js';

/** What `docker info` warns of, by the field of its JSON that says the same (daemon/info.go, cli/command/system/info.go). */
const WARNINGS: Readonly<Record<string, string>> = {
  'IPv4 forwarding is disabled': 'IPv4Forwarding',
  'bridge-nf-call-iptables is disabled': 'BridgeNfIptables',
  'bridge-nf-call-ip6tables is disabled': 'BridgeNfIp6tables',
};

/**
 * Reads the text of `docker info`: what of it decides how packets fare, under the names of its JSON. A warning that is not there says
 * nothing: it goes to standard error, and newer engines have fewer of them.
 * @returns an object as `docker info --format json` prints it, of these fields alone.
 */
export function parseDockerInfoText(text: string, file: string): Parsed<Readonly<Record<string, unknown>>> {
  const info: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const { text: line } of linesOf(text)) {
    const [, warning] = /^WARNING:\s+(\S.*)$/.exec(line.trim()) ?? [];
    const setting = warning === undefined ? undefined : WARNINGS[warning];
    if (setting !== undefined) info[setting] = false;
    const [, name, value] = /^\s*(Firewall Backend|Server Version|Swarm):\s*(\S+)\s*$/.exec(line) ?? [];
    if (name === 'Firewall Backend') info['FirewallBackend'] = { Driver: value };
    if (name === 'Server Version') info['ServerVersion'] = value;
    if (name === 'Swarm') info['Swarm'] = { LocalNodeState: value };
  }
  const problems = new ProblemList(file);
  const [first] = linesOf(text);
  if (first !== undefined && Object.keys(info).length === 0)
    problems.add(first.number, first.text, 'not what docker info prints: nothing of it is used');
  return { data: info, problems: problems.list };
}
