import type { Netns } from '../../model/host.js';

const OF_DEVICE = /^net\.(ipv[46])\.conf\.([^.]+)\.(.+)$/;
/** Settings that stand together: a listing that shows one of each shows them all. */
const TOGETHER: readonly (readonly string[])[] = [
  ['net.bridge.bridge-nf-call-arptables', 'net.bridge.bridge-nf-call-ip6tables', 'net.bridge.bridge-nf-call-iptables'],
];
/** Cannot be read before it was set (addrconf_sysctl_stable_secret). */
const MAY_BE_UNSET = 'stable_secret';
/** Settings of devices that every kernel has, and that decide. */
const ALWAYS = ['forwarding', 'rp_filter'] as const;

/** Names of settings by family and device. */
function byDevice(names: Iterable<string>): ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, Map<string, Set<string>>>();
  for (const name of names) {
    const [, family, device, key] = OF_DEVICE.exec(name) ?? [];
    if (family === undefined || device === undefined || key === undefined) continue;
    const devices = found.get(family) ?? new Map<string, Set<string>>();
    const keys = devices.get(device) ?? new Set<string>();
    found.set(family, devices.set(device, keys.add(key)));
  }
  return found;
}

/** The kernel has the same settings for each device (devinet_sysctl_register, addrconf_sysctl_register): one that others have was lost. */
function lostOfDevice(family: string, devices: ReadonlyMap<string, ReadonlySet<string>>): string | undefined {
  const all = new Set([...devices.values()].flatMap((keys) => [...keys].filter((key) => key !== MAY_BE_UNSET)));
  for (const key of family === 'ipv4' ? ALWAYS : []) if (!all.has(key)) return `net.ipv4.conf.all.${key}`;
  for (const [device, keys] of devices) {
    const lost = [...all].find((key) => !keys.has(key));
    if (lost !== undefined) return `net.${family}.conf.${device}.${lost}`;
  }
  return undefined;
}

/** @returns in a phrase, a setting that a listing of all lacks, as others that it shows tell; undefined where it lacks none. */
export function lostSetting({ sysctl, interfaces, sources }: Netns): string | undefined {
  const phrase = (name: string): string => `it lacks ${name}, and shows others that stand beside it`;
  const together = TOGETHER.find((names) => names.some((name) => sysctl.has(name)))?.find((name) => !sysctl.has(name));
  if (together !== undefined) return phrase(together);
  const families = byDevice(sysctl.keys());
  for (const [family, devices] of families) {
    const lost = lostOfDevice(family, devices);
    if (lost !== undefined) return phrase(lost);
  }
  const devices = families.get('ipv4');
  const addr = sources.get('addr');
  if (devices === undefined || addr?.state !== 'whole' || devices.size <= 3) return undefined;
  const names = new Set(interfaces.map(({ name }) => name.replaceAll('.', '/')));
  const unset = [...names].find((name) => !devices.has(name));
  if (unset !== undefined) return `it lacks the settings of ${unset}, and shows those of others`;
  const strange = [...devices.keys()].find((name) => name !== 'all' && name !== 'default' && !names.has(name));
  return strange === undefined ? undefined : `it shows settings of ${strange}, which is not there (${addr.file})`;
}
