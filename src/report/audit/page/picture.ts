import type { Audit } from '../../../model/audit.js';
import type { Attachment, Segment, Topology, TopologyNamespace } from '../../../model/topology.js';
import { drawTopology } from '../../topology/svg.js';

/** The last part of `web:80`, `[2001:db8::1]:80`. */
const portOf = (at: string): string => at.slice(at.lastIndexOf(':') + 1);

/** What outside machines reach of a container: `198.51.100.10:8080 → 80/tcp`; each port once. */
function reached({ exposures }: Audit, container: string): readonly string[] {
  const own = exposures.filter((exposure) => exposure.container === container);
  return [...new Set(own.map(({ at, to, proto }) => `${portOf(at)} → ${portOf(to)}/${proto}`))];
}

/** What outside machines reach of the host's own namespace. */
function hostPorts({ exposures }: Audit): readonly string[] {
  const own = exposures.filter(({ to }) => to.startsWith('host:'));
  return own.map(({ at, proto }) => (proto === 'tcp' ? portOf(at) : `${portOf(at)}/${proto}`));
}

/** Drivers whose networks are joined to the host by no bridge. */
const OTHER_KINDS = ['macvlan', 'ipvlan', 'overlay'] as const;

/** @returns what an audit knows of who is joined to whom, as a topology is drawn; in red what was reached from outside, on the model. */
function topologyOf(audit: Audit): Topology {
  const { uplinks, networks, hostNetwork } = audit.topology;
  const segments = networks.map(({ name, device, subnets }): Segment => {
    const kind = OTHER_KINDS.find((driver) => driver === device) ?? 'bridge';
    return {
      id: `network ${name}`,
      kind,
      name: device,
      network: name,
      subnets,
      hostAddresses: [],
      up: true,
      internal: false,
      uplinks: [],
      loose: [],
    };
  });
  const names = [...new Set(networks.flatMap(({ containers }) => containers))];
  const namespaces = names.map((name): TopologyNamespace => {
    const on = networks.filter(({ containers }) => containers.includes(name));
    const attachments = on.map((network): Attachment => ({ segment: `network ${network.name}`, iface: '', addresses: [], up: true }));
    return { name, containers: [name], attachments, published: reached(audit, name) };
  });
  return {
    format: 'dtrace-path-topology/1',
    host: audit.meta.hostname ?? 'this host',
    uplinks: uplinks.map((uplink) => ({ ...uplink, up: true, defaultRoute: false })),
    segments,
    namespaces,
    hostContainers: hostNetwork,
    stopped: [],
  };
}

/** @returns the host with its networks and who is on them, and in red what outside machines reach; empty where nothing is known of it. */
export function picture(audit: Audit): string {
  const { uplinks, networks, hostNetwork } = audit.topology;
  if (uplinks.length === 0 && networks.length === 0 && hostNetwork.length === 0) return '';
  const { width, height, body } = drawTopology(topologyOf(audit), { word: 'reached', hostPorts: hostPorts(audit) });
  const label = 'Networks and containers of the host; in red, what outside machines reach';
  return `<figure id="picture"><div class="map-frame" tabindex="0" role="group" aria-label="${label}"><svg class="map" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">${body.join('')}</svg></div><figcaption>Red: what outside machines get through to, as the rules are walked on the model.</figcaption></figure>`;
}
