import type { Netns } from '../../model/host.js';

function mapIn<V>(maps: Map<string, Map<string, V>>, key: string): Map<string, V> {
  let inner = maps.get(key);
  if (inner === undefined) maps.set(key, (inner = new Map<string, V>()));
  return inner;
}

/** Reads `net.*` settings of one namespace with the kernel's own rules for combining `all` and the interface. */
export class Sysctls {
  private readonly ipv4 = new Map<string, Map<string, number | undefined>>();
  private readonly ipv6 = new Map<string, Map<string, number | undefined>>();
  private readonly on = new Map<string, Map<string, boolean>>();
  private readonly largest = new Map<string, Map<string, number>>();
  private readonly numbers = new Map<string, number>();

  constructor(private readonly netns: Netns) {
    for (const [name, { value }] of netns.sysctl) {
      const number = Number.parseInt(value, 10);
      if (!Number.isNaN(number)) this.numbers.set(name, number);
    }
  }

  /** Whether all settings of this namespace are listed, so that one which is not there does not exist. */
  get listed(): boolean {
    return this.netns.sources.get('sysctl')?.state === 'whole';
  }

  /** @returns a setting as a number, or undefined where it is not listed. */
  get(name: string): number | undefined {
    return this.numbers.get(name);
  }

  /** @returns the interface's own value; what an interface lacks it took from `default` when it was made. */
  iface(family: 4 | 6, dev: string, key: string): number | undefined {
    const memo = family === 4 ? this.ipv4 : this.ipv6;
    let keys = memo.get(dev);
    if (keys === undefined) memo.set(dev, (keys = new Map<string, number | undefined>()));
    let known = keys.get(key);
    if (known === undefined && !keys.has(key)) keys.set(key, (known = this.readIface(family, dev, key)));
    return known;
  }

  private readIface(family: 4 | 6, dev: string, key: string): number | undefined {
    const base = `net.ipv${family}.conf`;
    return (
      this.get(`${base}.${dev}.${key}`) ?? this.get(`${base}.${dev.replaceAll('.', '/')}.${key}`) ?? this.get(`${base}.default.${key}`)
    );
  }

  /** IN_DEV_ORCONF: on where `all` or the interface says so. */
  either(dev: string, key: string): boolean {
    const devices = mapIn(this.on, key);
    let value = devices.get(dev);
    if (value === undefined) devices.set(dev, (value = (this.iface(4, 'all', key) ?? 0) !== 0 || (this.iface(4, dev, key) ?? 0) !== 0));
    return value;
  }

  /** IN_DEV_MAXCONF: the larger of `all` and the interface. */
  larger(dev: string, key: string): number {
    const devices = mapIn(this.largest, key);
    let value = devices.get(dev);
    if (value === undefined) devices.set(dev, (value = Math.max(this.iface(4, 'all', key) ?? 0, this.iface(4, dev, key) ?? 0)));
    return value;
  }
}
