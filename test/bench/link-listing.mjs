// Devices as `ip -j -d addr` lists them.

/** @returns an address of a device. */
export function inet(local, prefixlen, scope = 'global') {
  return { family: 'inet', local, prefixlen, scope };
}

/** @returns a device that is up; `kind` is absent for hardware. */
export function link(ifindex, ifname, kind, extra, addresses = []) {
  const flags = ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'];
  const linkinfo = kind === undefined ? {} : { linkinfo: { info_kind: kind } };
  return { ifindex, ifname, flags, mtu: 1500, operstate: 'UP', link_type: 'ether', ...linkinfo, ...extra, addr_info: addresses };
}

export const LOOPBACK = {
  ifindex: 1,
  ifname: 'lo',
  flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
  mtu: 65536,
  link_type: 'loopback',
  address: '00:00:00:00:00:00',
  addr_info: [inet('127.0.0.1', 8, 'host')],
};
