import type { Host } from '../model/host.js';
import type { NetnsName } from '../model/netns.js';
import { splitWords } from '../command/index.js';
import { refuse, type Change } from './change.js';

/** The name in `$(docker inspect -f '{{.State.Pid}}' NAME)`, as remedies write the process of a container. */
function inspectedName(word: string): string | undefined {
  if (!word.startsWith('$(') || !word.endsWith(')')) return undefined;
  const [docker, inspect, flag, format = '', name, ...rest] = splitWords(word.slice(2, -1)) ?? [];
  const asksPid = docker === 'docker' && inspect === 'inspect' && (flag === '-f' || flag === '--format');
  return asksPid && /^\{\{ *\.State\.Pid *\}\}$/.test(format) && rest.length === 0 ? name : undefined;
}

/** What `nsenter` is told: whose namespace, and what to run there. */
export interface Entering {
  readonly netns: NetnsName;
  readonly words: readonly string[];
}

/**
 * `nsenter -t PID -n COMMAND` (nsenter(1)), where the process is a container's, by its number or by docker inspect.
 * @throws WhatIfError where it enters another namespace, or that of no container.
 */
export function readNsenter(host: Host, change: Change): Entering {
  const [, ...words] = change.words;
  let target: string | undefined;
  let entersNet = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '-t' || word === '--target') target = words[++i];
    else if (word === '-n' || word === '--net') entersNet = true;
    else if (word.startsWith('-')) refuse(change, `of nsenter, -t and -n are understood, not ${word}`);
    else {
      const name = inspectedName(target ?? '');
      const container = host.containers.find((c) => (name === undefined ? String(c.pid) === target : c.name === name));
      if (!entersNet || container === undefined)
        return refuse(
          change,
          `write it as nsenter -t PID -n COMMAND, where PID is that of a container${entersNet ? `; "${target ?? ''}" is none's` : ''}`,
        );
      return { netns: container.netns, words: words.slice(i) };
    }
  }
  return refuse(change, 'say what to run in the namespace');
}
