import type { DockerNetwork, Host, ListeningSocket } from '../../model/host.js';
import { withNetns, type Change } from '../change.js';
import { withPuts, type Put } from './rules.js';

/** Docker's resolver in a container's namespace. */
const ADDRESS = '127.0.0.11';
const ADDRESS_NUMBER = 0x7f00000b;
/** The Engine draws its ports anew each time; these stand for them. */
const PORTS = { tcp: 40053, udp: 40054 } as const;

const isDefaultBridge = ({ name, options }: DockerNetwork): boolean =>
  name === 'bridge' || options.get('com.docker.network.bridge.default_bridge') === 'true';

/** setupIPTable (libnetwork's resolver_unix.go). */
function rules(): readonly Put[] {
  const put = (chain: string, words: string): Put => ({ table: 'nat', chain, words, where: 'last' });
  const protos = ['tcp', 'udp'] as const;
  return [
    ...protos.map((p) =>
      put('DOCKER_OUTPUT', `-d ${ADDRESS}/32 -p ${p} -m ${p} --dport 53 -j DNAT --to-destination ${ADDRESS}:${PORTS[p]}`),
    ),
    ...protos.map((p) => put('DOCKER_POSTROUTING', `-s ${ADDRESS}/32 -p ${p} -m ${p} --sport ${PORTS[p]} -j SNAT --to-source :53`)),
    put('OUTPUT', `-d ${ADDRESS}/32 -j DOCKER_OUTPUT`),
    put('POSTROUTING', `-d ${ADDRESS}/32 -j DOCKER_POSTROUTING`),
  ];
}

function sockets(change: Change): readonly ListeningSocket[] {
  return (['tcp', 'udp'] as const).map((proto) => ({
    proto,
    family: 4,
    ip: ADDRESS_NUMBER,
    dualStack: false,
    port: PORTS[proto],
    process: 'dockerd',
    origin: change.origin,
  }));
}

/**
 * A network of one's own gives its containers Docker's resolver, with the first of them (startResolver); the default bridge does not.
 * @param name the container's namespace.
 */
export function withResolver(host: Host, change: Change, name: string, network: DockerNetwork): Host {
  const netns = host.netns.get(name);
  const has = netns?.rulesets.some((set) => set.tables.get('nat')?.chains.has('DOCKER_OUTPUT')) === true;
  if (netns === undefined || has || isDefaultBridge(network)) return host;
  const listening = withNetns(host, name, (ns) => ({ ...ns, sockets: [...ns.sockets, ...sockets(change)] }));
  return withPuts(listening, { ...change, netns: name }, 4, rules());
}
