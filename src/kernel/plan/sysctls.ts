import type { Netns } from '../../model/host.js';
import type { SysctlSetting } from './plan.js';

const OURS = /^net\.(?:ipv4|ipv6|bridge|netfilter)\./;

/**
 * Of the whole machine, though every namespace shows them; kernels before 5.13 let them be set from any (neigh_sysctl_register,
 * nf_conntrack_standalone_init_sysctl). They are limits, which no packet of a twin comes near.
 */
const OF_THE_MACHINE = /^net\.(?:ipv[46]\.neigh\.default\.gc_|netfilter\.nf_conntrack_(?:max|expect_max|buckets|count)$)/;

/** `all` resets every interface, `default` those to come: they go first. */
function rank(key: string): number {
  return key === 'net.ipv4.ip_forward' ? 0 : key.includes('.conf.all.') ? 1 : key.includes('.conf.default.') ? 2 : 3;
}

/**
 * One probe of many must not silence the next: a twin answers every error. With a mask of none the kernel does not touch
 * what ip_error may send to the same peer, which a rate of 0 would use up, as would a redirect.
 * The rest of these keep the kernel from talking on its own.
 */
export const QUIET: readonly SysctlSetting[] = (
  [
    ['net.ipv4.icmp_ratemask', '0'],
    ['net.ipv4.icmp_msgs_per_sec', '100000'],
    ['net.ipv4.icmp_msgs_burst', '10000'],
    ['net.ipv4.conf.*.send_redirects', '0'],
    ['net.ipv6.icmp.ratelimit', '0'],
    ['net.ipv6.conf.all.router_solicitations', '0'],
    ['net.ipv6.conf.default.router_solicitations', '0'],
  ] as const
).map(([key, value]) => ({ key, value, what: '' }));

/** @returns the settings of a namespace in the order in which they hold. */
export function planSysctls(netns: Netns): readonly SysctlSetting[] {
  const own = [...netns.sysctl]
    .filter(([key]) => OURS.test(key) && !OF_THE_MACHINE.test(key))
    .map(([key, { value }]) => ({ key, value, what: `${netns.name}: sysctl ${key}` }));
  return own.sort((a, b) => rank(a.key) - rank(b.key));
}
