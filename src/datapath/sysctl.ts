import type { Netns } from '../model/host.js';

/** Reads `net.*` settings of one namespace with the kernel's own rules for combining `all` and the interface. */
export class Sysctls {
  constructor(private readonly netns: Netns) {}

  /** Whether the snapshot lists this namespace's settings at all. */
  get listed(): boolean {
    return this.netns.sysctl.size > 0;
  }

  /** @returns a setting as a number, or undefined where it is not listed. */
  get(name: string): number | undefined {
    const entry = this.netns.sysctl.get(name);
    if (entry === undefined) return undefined;
    const value = Number.parseInt(entry.value, 10);
    return Number.isNaN(value) ? undefined : value;
  }

  /** @returns the interface's own value; what an interface lacks it took from `default` when it was made. */
  iface(family: 4 | 6, dev: string, key: string): number | undefined {
    const base = `net.ipv${family}.conf`;
    return this.get(`${base}.${dev}.${key}`) ?? this.get(`${base}.${dev.replaceAll('.', '/')}.${key}`) ?? this.get(`${base}.default.${key}`);
  }

  /** IN_DEV_ORCONF: on where `all` or the interface says so. */
  either(dev: string, key: string): boolean {
    return (this.get(`net.ipv4.conf.all.${key}`) ?? 0) !== 0 || (this.iface(4, dev, key) ?? 0) !== 0;
  }

  /** IN_DEV_MAXCONF: the larger of `all` and the interface. */
  larger(dev: string, key: string): number {
    return Math.max(this.get(`net.ipv4.conf.all.${key}`) ?? 0, this.iface(4, dev, key) ?? 0);
  }
}
