import type { ComposeNote, ComposeProject } from '../model/compose.js';
import type { Host } from '../model/host.js';
import { HOST_NETNS } from '../model/netns.js';
import { splitWords } from '../command/index.js';
import { refuse, WhatIfError, type Change } from './change.js';
import { stepsOf } from './compose.js';
import { applyDocker } from './docker/docker.js';
import { applyIptables } from './rules/iptables.js';
import { applyIp } from './ip/ip.js';
import { applyIpset } from './rules/ipset.js';
import { applyNft } from './rules/nft.js';
import { applyBridge } from './ip/links.js';
import { readNsenter } from './nsenter.js';
import { applyModprobe, applySysctl } from './settings.js';

const RULES_INSTEAD = 'write the iptables commands that it comes to';

/** Programs that people try: what to write instead. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['ufw', `${RULES_INSTEAD} (ufw --dry-run shows them)`],
  ['firewall-cmd', RULES_INSTEAD],
  ['iptables-restore', 'give the whole file: diff SNAPSHOT --after-iptables-save FILE'],
  ['ip6tables-restore', 'give the whole file: diff SNAPSHOT --after-ip6tables-save FILE'],
  ['docker-compose', 'give its files: --what-if compose.yaml'],
  ['podman', 'write it as docker'],
  ['systemctl', 'what a service does when it starts or stops is in no listing: take a snapshot after it, and compare the two with diff'],
  ['service', 'what a service does when it starts or stops is in no listing: take a snapshot after it, and compare the two with diff'],
  ['route', 'write it as ip route'],
  ['ifconfig', 'write it as ip addr or ip link'],
  ['brctl', 'write it as ip link set DEV master BRIDGE'],
]);

function apply(host: Host, change: Change): Host {
  const [program, verb, ...rest] = change.words;
  switch (program) {
    case 'sudo':
      return apply(host, { ...change, words: change.words.slice(1) });
    case 'iptables':
    case 'ip6tables':
      return applyIptables(host, change);
    case 'nft':
      return applyNft(host, change);
    case 'sysctl':
      return applySysctl(host, change);
    case 'modprobe':
      return applyModprobe(host, change);
    case 'nsenter':
      return apply(host, { ...change, ...readNsenter(host, change) });
    case 'ip':
      return applyIp(host, change);
    case 'bridge':
      return applyBridge(host, change);
    case 'ipset':
      return applyIpset(host, change);
    case 'docker':
      if (verb === 'exec')
        return inContainer(
          host,
          change,
          rest.filter((word) => !/^-[itdu]+$|^--privileged$/.test(word)),
        );
      return applyDocker(host, change);
    default:
  }
  const instead = program === undefined ? undefined : INSTEAD.get(program);
  return refuse(
    change,
    instead === undefined
      ? 'it begins with iptables, ip6tables, nft, ipset, ip, bridge, sysctl or docker; for any other change take a snapshot after it, and compare the two with diff'
      : `${program} is not modelled: ${instead}`,
  );
}

/** `docker exec NAME COMMAND`: the command changes the container's own namespace. */
function inContainer(host: Host, change: Change, [name = '', ...words]: readonly string[]): Host {
  const netns = host.containers.find((c) => c.name === name)?.netns ?? name;
  if (!host.netns.has(netns)) refuse(change, `the snapshot holds no namespace of a container "${name}"`);
  return apply(host, { ...change, words, netns });
}

/** What is supposed to be done: a command line, or what Compose files come to. */
export type Supposed = string | ComposeProject;

function applyLine(host: Host, text: string, index: number, tell: Tell): Host {
  const words = splitWords(text);
  if (words === undefined) throw new WhatIfError(`--what-if '${text}': a quote is not closed`);
  const origin = { file: '--what-if', line: index + 1 };
  const note = (message: string): void => tell({ origin, message });
  return apply(host, { text, words, origin, netns: HOST_NETNS, tell: note });
}

function applyProject(host: Host, project: ComposeProject, tell: Tell): Host {
  project.notes.forEach(tell);
  return stepsOf(host, project).reduce((sofar, { text, words, origin }) => {
    const note = (message: string): void => tell({ origin, message: `${text}: ${message}` });
    return apply(sofar, { text, words, origin, netns: HOST_NETNS, tell: note, ofFile: true });
  }, host);
}

type Tell = (note: ComposeNote) => void;

/**
 * A host as it would be after some commands. Pure: the host given is not changed, and nothing is run.
 * @param commands command lines, applied in order: iptables, ip6tables, nft, ipset, ip, bridge, sysctl, docker; or what Compose files come to.
 * @param tell takes what a person should know besides: ports that Docker would choose, variables that nobody set.
 * @throws WhatIfError that names the command that cannot be understood or would fail.
 */
export function whatIf(host: Host, commands: readonly Supposed[], tell: Tell = () => undefined): Host {
  return commands.reduce<Host>(
    (sofar, one, index) => (typeof one === 'string' ? applyLine(sofar, one, index, tell) : applyProject(sofar, one, tell)),
    host,
  );
}
