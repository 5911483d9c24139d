/** What ports are for, where that says more than their number: Docker's own, and those that are often met beside it. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ['2375/tcp', 'the Docker API without encryption: whoever reaches it is root on this host'],
  ['2376/tcp', 'the Docker API over TLS'],
  [
    '2377/tcp',
    'swarm management: managers and nodes that join talk to each other by it (mutual TLS); only the other nodes of the swarm need it',
  ],
  ['7946/tcp', 'swarm gossip: nodes tell each other by it which containers and networks there are; only the other nodes need it'],
  ['7946/udp', 'swarm gossip: nodes tell each other by it which containers and networks there are; only the other nodes need it'],
  [
    '4789/udp',
    'VXLAN: the frames of overlay networks between hosts; the kernel itself receives them, so no process is named. Unless the network is encrypted, whoever reaches it can send into overlay networks',
  ],
  ['9323/tcp', 'metrics of the Docker Engine'],
  ['53/udp', 'DNS'],
  ['53/tcp', 'DNS'],
  ['22/tcp', 'SSH'],
  ['80/tcp', 'HTTP'],
  ['443/tcp', 'HTTPS'],
  ['5353/udp', 'multicast DNS'],
  ['3306/tcp', 'MySQL'],
  ['5432/tcp', 'PostgreSQL'],
  ['6379/tcp', 'Redis, which by default asks for no password'],
  ['27017/tcp', 'MongoDB'],
  ['8080/tcp', 'often HTTP'],
]);

/** @returns what a port is for, by convention; undefined where there is none. */
export function knownPort(port: number, proto: string): string | undefined {
  return KNOWN.get(`${port}/${proto}`);
}
