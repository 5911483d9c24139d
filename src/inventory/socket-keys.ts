import type { ListeningSocket, Netns } from '../model/host.js';

/** @returns what tells a socket of a process from all others: no other namespace has it; undefined where no process is told. */
export function socketKey({ pid, proto, ip, port, process, family }: ListeningSocket): string | undefined {
  return pid === undefined ? undefined : [pid, process, proto, family, ip, port].join(' ');
}

const known = new WeakMap<Netns, ReadonlySet<string>>();

/** @returns the keys of the sockets that a namespace shows, made once: a host may have 30,000, and every container's are looked for among them. */
export function socketKeysOf(netns: Netns): ReadonlySet<string> {
  let keys = known.get(netns);
  if (keys === undefined) known.set(netns, (keys = new Set(netns.sockets.flatMap((one) => socketKey(one) ?? []))));
  return keys;
}
