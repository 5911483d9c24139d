import type { Ip, Prefix } from '../../address/ip.js';
import type { IpSet, IpSetMember } from '../../model/netfilter.js';

export type CompiledSet =
  | {
      readonly kind: 'elements';
      readonly set: IpSet;
      readonly dims: readonly string[];
      readonly elements: readonly CompiledElement[];
      readonly plain: ReadonlySet<Ip> | undefined;
    }
  | { readonly kind: 'list'; readonly set: IpSet; readonly members: readonly string[] }
  | { readonly kind: 'unreadable'; readonly set: IpSet; readonly why: string };

/** One dimension of one element. */
export type ElementField =
  | { readonly kind: 'net'; readonly prefix: Prefix }
  | { readonly kind: 'range'; readonly lo: Ip; readonly hi: Ip }
  | { readonly kind: 'port'; readonly proto: number; readonly lo: number; readonly hi: number }
  | { readonly kind: 'iface'; readonly name: string; readonly physdev: boolean; readonly wildcard: boolean }
  | { readonly kind: 'mac'; readonly mac: string }
  | { readonly kind: 'mark'; readonly mark: number };

export interface CompiledElement {
  /** As `ipset save` lists it. */
  readonly member: IpSetMember;
  readonly parts: readonly ElementField[];
  readonly nomatch: boolean;
  /** Sum of prefix lengths: the most specific element decides. */
  readonly length: number;
  readonly skbmark: IpSetMember['skbmark'];
}
