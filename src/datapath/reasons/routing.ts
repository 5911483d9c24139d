import { formatIp, type Ip } from '../../address/ip.js';
import type { RouteError, RouteHit } from '../fib/result.js';

const MEANING: Readonly<Record<RouteError, string>> = {
  ENETUNREACH: 'no route (network unreachable)',
  EHOSTUNREACH: 'host unreachable',
  EACCES: 'administratively prohibited',
  EINVAL: 'blackhole',
  ENETDOWN: 'network is down',
};

/** A look-up that failed: for what, with which error, and the route or policy rule that says so, as it is listed. */
export interface Failure {
  readonly dst: Ip;
  readonly error: RouteError;
  readonly by: string | undefined;
}

const failure = ({ dst, error, by }: Failure): string => `${formatIp(dst)}: ${MEANING[error]}${by === undefined ? '' : ` by \`${by}\``}`;

/** The checks of a packet's addresses, in the order of the kernel's functions. */
type Martian =
  | { readonly of: 'destination' | 'source'; readonly ip: Ip }
  | { readonly of: 'loopback destination' | 'loopback source'; readonly ip: Ip; readonly dev: string }
  | { readonly of: 'loopback'; readonly dev: string }
  | { readonly of: 'routed source'; readonly ip: Ip; readonly route: RouteHit['kind']; readonly netns: string }
  | { readonly of: 'own source'; readonly ip: Ip; readonly netns: string };

function martian(one: Martian): string {
  switch (one.of) {
    case 'destination':
    case 'source':
      return `martian ${one.of} ${formatIp(one.ip)}`;
    case 'loopback destination':
      return `martian destination: ${formatIp(one.ip)} may not come in by ${one.dev} while route_localnet is 0`;
    case 'loopback source':
      return `martian source: ${formatIp(one.ip)} may not come in by ${one.dev} while route_localnet is 0`;
    case 'loopback':
      return `a loopback address may not come in by ${one.dev}`;
    case 'routed source':
      return `martian source: ${formatIp(one.ip)} is ${one.route} in ${one.netns}`;
    case 'own source':
      return `martian source: ${formatIp(one.ip)} is an address of ${one.netns} itself`;
  }
}

/** What the reverse-path filter of a device looked for, and found: no `back`, no route. */
export interface Filtered {
  readonly dev: string;
  readonly mode: 'strict' | 'loose';
  readonly src: Ip;
  readonly back: string | undefined;
  readonly unaddressed: boolean;
}

function filtered({ dev, mode, src, back, unaddressed }: Filtered): string {
  const found = back === undefined ? 'has no route' : `leaves by ${back}${unaddressed ? `, and ${dev} has no address` : ''}`;
  return `rp_filter (${mode}) of ${dev}: the way back to ${formatIp(src)} ${found}`;
}

/** What routing makes of a packet, in words: each entry makes a sentence of a reason's data. */
export const ROUTING_WORDS = {
  'no-route': failure,
  'route-refuses': failure,
  'rp-filter': filtered,
  martian,
  'ttl-exceeded': ({ netns, family }: { readonly netns: string; readonly family: 4 | 6 }) =>
    `the packet's ${family === 4 ? 'TTL' : 'hop limit'} is used up in ${netns}`,
  'beyond-scope': ({ netns, src }: { readonly netns: string; readonly src: Ip }) =>
    `${formatIp(src)} is a link-local address, which ${netns} does not forward`,
  'no-source-address': ({ netns }: { readonly netns: string }) => `${netns} has no address to send from`,
  'broadcast-destination': ({ dst }: { readonly dst: Ip }) => `${formatIp(dst)} is a broadcast address`,
  'not-addressed-here': () => 'only frames addressed to this machine are forwarded',
  /** `owner`: the device that holds ::1 as a source. */
  'reset-not-routed': ({ netns, owner }: { readonly netns: string; readonly owner?: string }) =>
    owner === undefined
      ? `${netns} has no route for the reset`
      : `the reset to ::1 would have to leave by ${owner}, which holds its source, and ::1 is not there`,
};
