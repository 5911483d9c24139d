import type { Family } from '../../address/ip.js';
import type { Netns } from '../../model/host.js';

function mapIn<V>(maps: Map<string, Map<string, V>>, key: string): Map<string, V> {
  let inner = maps.get(key);
  if (inner === undefined) maps.set(key, (inner = new Map<string, V>()));
  return inner;
}

/** The larger of `all` and a device's own value, where both are known; else the least that it may be. */
export interface Larger {
  readonly least: number;
  /** One of both is not known, so it may be more. */
  readonly open: boolean;
}

/** What sorts before `net.ipv4`: a listing that has it, or begins where `net.ipv4` does, would show `net.bridge` too. */
const BEFORE_IPV4 = /^(?:[a-m]|net\.[a-h])/;
/** What sorts after `net.ipv6`: a listing that has it and nothing of `net.ipv6` is of a kernel without IPv6. */
const AFTER_IPV6 = /^(?:net\.[j-z]|[o-z])/;

/** Reads `net.*` settings of one namespace with the kernel's own rules for combining `all` and the interface. */
export class Sysctls {
  private readonly ipv4 = new Map<string, Map<string, number | undefined>>();
  private readonly ipv6 = new Map<string, Map<string, number | undefined>>();
  private readonly on = new Map<string, Map<string, boolean | undefined>>();
  private readonly largest = new Map<string, Map<string, Larger>>();
  private readonly numbers = new Map<string, number>();
  /** Whether all settings of this namespace are listed, so that one which is not there does not exist. */
  readonly listed: boolean;
  private readonly absent: ReadonlySet<string> | undefined;
  private readonly bridgeListed: boolean;
  private readonly ipv6Listed: boolean;

  constructor(netns: Netns) {
    for (const [name, { value }] of netns.sysctl) {
      const number = Number.parseInt(value, 10);
      if (!Number.isNaN(number)) this.numbers.set(name, number);
    }
    this.absent = netns.absentSettings;
    this.listed = netns.sources.get('sysctl')?.state === 'whole';
    const names = this.listed ? [...netns.sysctl.keys()] : [];
    const ipv4Alone = names.every((name) => name.startsWith('net.ipv4.'));
    this.bridgeListed =
      this.listed && (names.some((name) => BEFORE_IPV4.test(name)) || (!ipv4Alone && names[0]?.startsWith('net.ipv4.conf.all.') === true));
    const hasIpv6 = names.some((name) => name.startsWith('net.ipv6.'));
    this.ipv6Listed =
      this.listed && (hasIpv6 ? this.numbers.has('net.ipv6.conf.all.forwarding') : names.some((name) => AFTER_IPV6.test(name)));
  }

  /** @returns whether a setting would be listed if it existed, or is known not to exist: `sysctl net.ipv4` says nothing of IPv6 and of bridges. */
  covers(name: string): boolean {
    if (this.absent?.has(name) === true) return true;
    if (name.startsWith('net.bridge.')) return this.bridgeListed;
    return name.startsWith('net.ipv6.') ? this.ipv6Listed : this.listed;
  }

  /** @returns a setting as a number, or undefined where it is not listed. */
  get(name: string): number | undefined {
    return this.numbers.get(name);
  }

  /**
   * @returns the interface's own value. What an interface lacks in a listing of all settings it took from `default` when it was made;
   *   a listing of some tells nothing of it.
   */
  iface(family: Family, dev: string, key: string): number | undefined {
    const memo = family === 4 ? this.ipv4 : this.ipv6;
    let keys = memo.get(dev);
    if (keys === undefined) memo.set(dev, (keys = new Map<string, number | undefined>()));
    let known = keys.get(key);
    if (known === undefined && !keys.has(key)) keys.set(key, (known = this.readIface(family, dev, key)));
    return known;
  }

  private readIface(family: Family, dev: string, key: string): number | undefined {
    const base = `net.ipv${family}.conf`;
    const own = this.get(`${base}.${dev}.${key}`) ?? this.get(`${base}.${dev.replaceAll('.', '/')}.${key}`);
    if (own !== undefined || dev === 'all') return own;
    return this.listed ? this.get(`${base}.default.${key}`) : undefined;
  }

  /** IN_DEV_ORCONF: on where `all` or the interface says so; undefined where the listing leaves it open. */
  either(dev: string, key: string): boolean | undefined {
    const devices = mapIn(this.on, key);
    let value = devices.get(dev);
    if (value === undefined && !devices.has(dev)) {
      const { least, open } = this.larger(dev, key);
      devices.set(dev, (value = least !== 0 ? true : open ? undefined : false));
    }
    return value;
  }

  /** @returns the name of the setting that leaves it open what a device and `all` come to: the device's own, or `all`. */
  openName(dev: string, key: string): string {
    const of = this.iface(4, dev, key) === undefined ? dev : 'all';
    return `net.ipv4.conf.${of}.${key}`;
  }

  /** IN_DEV_MAXCONF: the larger of `all` and the interface. */
  larger(dev: string, key: string): Larger {
    const devices = mapIn(this.largest, key);
    let value = devices.get(dev);
    if (value === undefined) {
      const all = this.iface(4, 'all', key);
      const own = this.iface(4, dev, key);
      const open = !this.listed && (all === undefined || own === undefined);
      devices.set(dev, (value = { least: Math.max(all ?? 0, own ?? 0), open }));
    }
    return value;
  }
}
