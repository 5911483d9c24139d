import { describe, expect, it } from 'vitest';
import { formatIp } from '../../src/address/ip.js';
import { createMachine, type Machine } from '../../src/datapath/index.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { findOutsiders, hostAddresses, uplinks } from '../../src/surface/index.js';

/** A host with one uplink, and one device more. */
function hostWith(name: string, address: string): Machine {
  const addr = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00 promiscuity 0
    inet 127.0.0.1/8 scope host lo
    inet 198.51.100.7/32 scope global lo
2: up0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff promiscuity 0
    inet 192.0.2.10/24 scope global up0
3: ${name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:00:00:00:00:03 brd ff:ff:ff:ff:ff:ff promiscuity 0
    bridge forward_delay 1500
    inet ${address} scope global ${name}
`;
  const routes = `default via 192.0.2.1 dev up0\n192.0.2.0/24 dev up0 proto kernel scope link src 192.0.2.10\n`;
  return createMachine(
    loadFiles(
      new Map([
        ['host/ip-addr.txt', addr],
        ['host/ip-route.txt', routes],
      ]),
    ),
  );
}

describe('who may ask from outside', () => {
  it.each(['docker0', 'br-0123456789ab', 'podman1', 'cni0', 'nerdctl0'])('no machine is a neighbour on %s', (bridge) => {
    const machine = hostWith(bridge, '10.88.0.1/16');
    expect(uplinks(machine).map(({ name }) => name)).toEqual(['up0']);
    expect(findOutsiders(machine).map(({ name, dev }) => [name, dev])).toEqual([
      ['internet', 'up0'],
      ['lan (up0)', 'up0'],
    ]);
  });

  it.each(['br0', 'br-lan', 'virbr0'])('somebody may be on %s, which no runtime made', (bridge) => {
    expect(uplinks(hostWith(bridge, '10.1.0.1/24')).map(({ name }) => name)).toEqual(['up0', bridge]);
  });
});

describe('where the host is asked for', () => {
  it('addresses beside the default route first, those that an operator gave to lo as well', () => {
    expect(hostAddresses(hostWith('br0', '10.1.0.1/24')).map(formatIp)).toEqual(['192.0.2.10', '198.51.100.7', '10.1.0.1']);
  });
});
