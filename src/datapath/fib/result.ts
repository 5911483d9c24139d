import type { Ip } from '../../address/ip.js';
import type { PolicyRule, Route } from '../../model/link.js';

/** Errors of a FIB look-up, by the errno that a local sender sees. */
export type RouteError = 'ENETUNREACH' | 'EHOSTUNREACH' | 'EACCES' | 'EINVAL' | 'ENETDOWN';

/** A route that was chosen (struct fib_result / rt6_info). */
export interface RouteHit {
  readonly kind: 'local' | 'unicast' | 'broadcast' | 'multicast' | 'anycast';
  readonly route: Route;
  readonly rule: PolicyRule | undefined;
  readonly dev: string;
  readonly via: Ip | undefined;
}

export interface RouteFailure {
  readonly kind: 'error';
  readonly error: RouteError;
  /** The blackhole, prohibit or unreachable route, where one said so. */
  readonly route: Route | undefined;
  readonly rule: PolicyRule | undefined;
}

export type RouteResult = RouteHit | RouteFailure;

/** The key of a look-up (struct flowi4 / flowi6). */
export interface FlowKey {
  readonly dst: Ip;
  /** Absent: not chosen yet. */
  readonly src: Ip | undefined;
  /** Input device; empty for packets made here (rules see `lo`). */
  readonly iif: string;
  /** Output device the sender is bound to; empty: any. */
  readonly oif: string;
  /** `oif` is a preference that only policy rules insist on. */
  readonly looseOif?: boolean;
  readonly mark: number;
  readonly tos: number;
  readonly proto: number;
  readonly sport: number;
  readonly dport: number;
}
