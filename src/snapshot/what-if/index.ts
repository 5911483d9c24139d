import type { Host } from '../../model/host.js';
import { refuse, shellWords, WhatIfError, type Change } from './change.js';
import { applyDockerRun } from './docker-run.js';
import { applyIptables } from './iptables.js';
import { applyIp } from './ip.js';
import { applyIpset } from './ipset.js';
import { applyBridge } from './links.js';
import { applySysctl } from './settings.js';

export { WhatIfError } from './change.js';

function apply(host: Host, change: Change): Host {
  const [program, verb, ...rest] = change.words;
  switch (program) {
    case 'sudo':
      return apply(host, { ...change, words: change.words.slice(1) });
    case 'iptables':
    case 'ip6tables':
      return applyIptables(host, change);
    case 'sysctl':
      return applySysctl(host, change);
    case 'ip':
      return applyIp(host, change);
    case 'bridge':
      return applyBridge(host, change);
    case 'ipset':
      return applyIpset(host, change);
    case 'docker':
      if (verb === 'run') return applyDockerRun(host, change);
      if (verb === 'exec')
        return inContainer(
          host,
          change,
          rest.filter((word) => !/^-[itdu]+$|^--privileged$/.test(word)),
        );
      return refuse(change, 'of docker, `run` and `exec CONTAINER COMMAND` are understood');
    default:
      return refuse(change, 'it begins with iptables, ip6tables, ip route, sysctl, docker run or docker exec');
  }
}

/** `docker exec NAME COMMAND`: the command changes the container's own namespace. */
function inContainer(host: Host, change: Change, [name = '', ...words]: readonly string[]): Host {
  const netns = host.containers.find((c) => c.name === name)?.netns ?? name;
  if (!host.netns.has(netns)) refuse(change, `the snapshot holds no namespace of a container "${name}"`);
  return apply(host, { ...change, words, netns });
}

/**
 * A host as it would be after some commands. Pure: the host given is not changed, and nothing is run.
 * @param commands command lines, applied in order: iptables, ip6tables, ip route, sysctl, docker run, docker exec.
 * @throws WhatIfError that names the command that cannot be understood or would fail.
 */
export function whatIf(host: Host, commands: readonly string[]): Host {
  return commands.reduce((sofar, text, index) => {
    const words = shellWords(text);
    if (words === undefined) throw new WhatIfError(`--what-if '${text}': a quote is not closed`);
    return apply(sofar, { text, words, origin: { file: '--what-if', line: index + 1 }, netns: 'host' });
  }, host);
}
