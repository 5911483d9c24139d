import { internetAddress } from '../../datapath/index.js';
import { HOST_NETNS } from '../../model/netns.js';
import type { Trace } from '../../model/trace.js';
import { containerSenders } from '../../surface/index.js';
import { pairsOn } from './pairs.js';
import type { Survey } from './survey.js';

/** What a host is there for: more of each than this is not compared. */
const MOST = 400;

/** @returns the open ones among the flows that a remedy should leave alone: containers to the world, to each other, and the host to them. */
export function everydayFlows(survey: Survey): readonly Trace[] {
  const containers = containerSenders(survey.machine);
  const world = containers.map((c) => survey.fromInside(c.name, internetAddress(survey.machine, 4), 'tcp', 443));
  const listeners = survey.services.filter((s) => s.kind === 'container');
  const fromHost = listeners.flatMap((s) =>
    survey.addressesOf(s.container, 4).map((ip) => survey.fromInside(HOST_NETNS, ip, s.proto, s.listener.port)),
  );
  const among = survey.host.networks.flatMap((network) =>
    pairsOn(survey, network).flatMap((pair) =>
      listeners
        .filter((s) => s.container.name === pair.to.name)
        .map((s) => survey.fromInside(pair.from.name, pair.ip, s.proto, s.listener.port)),
    ),
  );
  const all = [...world, ...fromHost.slice(0, MOST), ...among.slice(0, MOST)];
  return all.map((asked) => asked.trace).filter((trace) => trace.outcome === 'connected' || trace.outcome === 'leaves-host');
}
