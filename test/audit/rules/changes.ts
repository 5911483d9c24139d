import { append, container, edit, rule, type Files } from '../hosts.js';

export const D20 = 'docker20-bridge';

export const D28 = 'docker28-bridge';

export const DUAL = 'docker28-dual';

export const POLICY = 'docker28-policy';

export const listen = (address: string, process: string, proto = 'tcp'): ((files: Files) => void) => {
  const any = address.startsWith('*') ? '*:*' : address.startsWith('[') ? '[::]:*' : '0.0.0.0:*';
  return append(
    'host/ss.txt',
    `${proto} ${proto === 'tcp' ? 'LISTEN' : 'UNCONN'} 0 64 ${address} ${any}${process === '' ? '' : ` users:(("${process}",pid=77,fd=3))`}`,
  );
};

export const socket = container('web', (c) => {
  c['Mounts'] = [{ Type: 'bind', Source: '/var/run/docker.sock', Destination: '/var/run/docker.sock', RW: false }];
});

export const info = (change: (value: Record<string, unknown>) => void): ((files: Files) => void) =>
  edit('docker/info.json', (text) => {
    const value = JSON.parse(text) as Record<string, unknown>;
    change(value);
    return JSON.stringify(value);
  });

export const overlay = (options: Record<string, string>): ((files: Files) => void) =>
  edit('docker/networks.json', (text) => {
    const list = JSON.parse(text) as unknown[];
    const id = 'f'.repeat(64);
    return JSON.stringify(
      [
        ...list,
        {
          Name: 'ov',
          Id: id,
          Scope: 'swarm',
          Driver: 'overlay',
          EnableIPv6: false,
          IPAM: { Config: [{ Subnet: '10.0.1.0/24' }] },
          Internal: false,
          Attachable: true,
          Ingress: false,
          Options: options,
          Containers: {},
        },
      ],
      undefined,
      1,
    );
  });

export const swarm = (nodes: number): ((files: Files) => void) =>
  info(
    (value) =>
      (value['Swarm'] = {
        LocalNodeState: 'active',
        NodeID: 'a',
        Nodes: nodes,
        RemoteManagers: [{ NodeID: 'a', Addr: '198.51.100.10:2377' }],
      }),
  );

/** A swarm publishes through a namespace of no container: its ingress. */
export const ingress: readonly ((files: Files) => void)[] = [
  edit('host/iptables-save.txt', (t) =>
    t.replace('*nat\n', '*nat\n:DOCKER-INGRESS - [0:0]\n').replace('*filter\n', '*filter\n:DOCKER-INGRESS - [0:0]\n'),
  ),
  rule('nat', '-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER-INGRESS'),
  rule('nat', '-A DOCKER-INGRESS -p tcp -m tcp --dport 8090 -j DNAT --to-destination 172.18.0.2:8090'),
  rule('filter', '-A DOCKER-INGRESS -p tcp -m tcp --dport 8090 -j ACCEPT'),
  edit('host/iptables-save.txt', (t) => t.replace(/^(\[0:0\] )?-A FORWARD /m, '-A FORWARD -j DOCKER-INGRESS\n$&')),
];

/** Docker publishes nothing for a container on the host's network, and runs no proxy for it. */
export const hostNetwork = (files: Files): void => {
  container('web', (c) => (c.HostConfig['NetworkMode'] = 'host'))(files);
  edit('host/ss.txt', (text) =>
    text
      .split('\n')
      .map((line) => (/:8080\s.*docker-proxy/.test(line) ? '' : line))
      .join('\n'),
  )(files);
};

export const dropAll = edit('host/iptables-save.txt', (text) =>
  text
    .replace('-A FORWARD -j DOCKER-USER\n', '-A FORWARD -j DOCKER-USER\n')
    .replace(/^(\[0:0\] )?-A FORWARD -j DOCKER-USER$/m, '$&\n-A DOCKER-USER -i up0 -j DROP'),
);

export const dropInput6 = edit('host/ip6tables-save.txt', (text) =>
  text.includes('*filter')
    ? text.replace(':INPUT ACCEPT', ':INPUT DROP')
    : `${text}*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n`,
);

export const dropInput = edit('host/iptables-save.txt', (text) => text.replace(':INPUT ACCEPT', ':INPUT DROP'));

export const noDocker = edit(
  'host/iptables-save.txt',
  () => '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n',
);

export const forwardAccept = edit('host/iptables-save.txt', (text) => text.replace(':FORWARD DROP', ':FORWARD ACCEPT'));

export const acceptFirst = edit('host/iptables-save.txt', (text) =>
  text.replace(
    /^(\[0:0\] )?-A FORWARD -j DOCKER-USER$/m,
    '-A FORWARD -i docker0 -j ACCEPT\n-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n$&',
  ),
);
