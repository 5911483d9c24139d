import { formatIp } from '../address/ip.js';
import { endpointOn, onHostNetns } from '../inventory/index.js';
import type { AuditTopology } from '../model/audit.js';
import { isHostNetns } from '../model/netns.js';
import { uplinks } from '../surface/index.js';
import type { Survey } from './survey/survey.js';

/** @returns who is joined to what. */
export function topologyOf(survey: Survey): AuditTopology {
  const running = survey.host.containers.filter((c) => c.running);
  const networks = survey.host.networks.map((network) => ({
    name: network.name,
    device: network.bridge ?? network.driver,
    subnets: network.subnets.map((s) => s.prefix),
    containers: running.filter((c) => !isHostNetns(c.netns) && endpointOn(c, network) !== undefined).map((c) => c.name),
  }));
  return {
    uplinks: uplinks(survey.machine).map((iface) => ({
      name: iface.name,
      addresses: iface.addresses.filter((a) => a.scope === 'global').map((a) => `${formatIp(a.ip)}/${a.prefixLength}`),
    })),
    networks: networks.filter((n) => n.containers.length > 0),
    hostNetwork: onHostNetns(survey.host).map((c) => c.name),
  };
}
