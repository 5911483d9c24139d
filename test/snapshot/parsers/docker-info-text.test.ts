import { describe, expect, test } from 'vitest';
import { loadFiles } from '../../../src/snapshot/load.js';
import { takeIn } from '../../../src/snapshot/intake/index.js';
import { parseDockerInfoText } from '../../../src/snapshot/parsers/docker-info-text.js';

const TEXT = `Client: Docker Engine - Community
 Version:    29.0.1
 Debug Mode: false

Server:
 Containers: 2
  Running: 2
 Server Version: 29.0.1
 Storage Driver: overlay2
  Backing Filesystem: extfs
 Swarm: inactive
 Firewall Backend: nftables
  ReloadedAt: 2026-01-02T03:04:05Z
 Default Address Pools:
   Base: 10.200.0.0/16, Size: 24
   Base: fd55::/40, Size: 64
 Kernel Version: 6.1.0

WARNING: bridge-nf-call-iptables is disabled
`;
/** As engines before 18.09 print it. */
const OLD = `Containers: 2
 Running: 2
Server Version: 17.03.1-ce
Swarm: active
 NodeID: 3ab
WARNING: bridge-nf-call-ip6tables is disabled
WARNING: IPv4 forwarding is disabled
`;
const OF_TEXT = {
  ServerVersion: '29.0.1',
  Swarm: { LocalNodeState: 'inactive' },
  FirewallBackend: { Driver: 'nftables' },
  DefaultAddressPools: [
    { Base: '10.200.0.0/16', Size: 24 },
    { Base: 'fd55::/40', Size: 64 },
  ],
  BridgeNfIptables: false,
};
const OF_OLD = { ServerVersion: '17.03.1-ce', Swarm: { LocalNodeState: 'active' }, BridgeNfIp6tables: false, IPv4Forwarding: false };

describe('the text of docker info', () => {
  test.each([
    ['by halves', TEXT, OF_TEXT],
    ['of old engines', OLD, OF_OLD],
  ])('%s', (_, text, info) => {
    const { data, problems } = parseDockerInfoText(text, 'info.txt');
    expect([{ ...data }, problems]).toEqual([info, []]);
  });

  test('of another command is a problem', () => {
    expect(parseDockerInfoText('bash: docker: command not found\n', 'info.txt').problems).toHaveLength(1);
  });

  const routes = 'ops@lab:~$ ip route\ndefault via 192.0.2.1 dev eth0\n';
  test.each([
    ['behind a prompt', `ops@lab:~$ sudo docker info\n${TEXT}${routes}`, OF_TEXT],
    ['under no heading', `${TEXT}${routes}`, OF_TEXT],
    ['in a fence', `\`docker info\`:\n\`\`\`\n${OLD}\`\`\`\n${routes}`, OF_OLD],
    ['quoted', `${TEXT.split('\n').join('\n> ')}\n${routes}`.replace(/^/, '> '), OF_TEXT],
  ])('is taken from a paste %s', (_, text, info) => {
    const { files, problems } = takeIn([{ path: 'paste.txt', text }], 'paste.txt');
    expect(problems).toEqual([]);
    expect({ ...(loadFiles(files).info as object) }).toEqual(info);
  });

  test('of the client alone decides nothing, and is named', () => {
    const { problems } = takeIn([{ path: 'paste.txt', text: `$ docker version\nClient:\n Version: 29.0.1\n\n${routes}` }], 'paste.txt');
    expect(problems.map(({ message }) => message)).toEqual([
      'not used: nothing of it decides a flow: `docker info` tells of the engine what does',
    ]);
  });
});
