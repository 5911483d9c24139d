import type { NetnsName } from '../../model/netns.js';
import type { NftFamily } from '../../model/nftables/ruleset.js';
import { endpointText } from '../walk/packet-text.js';
import type { Ip } from '../../address/ip.js';

/** A table of a namespace. */
export interface TablePlace {
  readonly netns: NetnsName;
  readonly nft: NftFamily | undefined;
  readonly table: string;
  readonly chain: string;
}

const placeOf = ({ netns, nft, table, chain }: TablePlace): string => `${netns}'s ${nft === undefined ? '' : `${nft} `}${table} ${chain}`;

/** What rules do to a packet, in words: each entry makes a sentence of a reason's data. */
export const RULE_WORDS = {
  rule: ({ rule, does, ...place }: TablePlace & { readonly rule: string; readonly does: 'drops' | 'rejects' }) =>
    `\`${rule}\` in ${placeOf(place)} ${does} it`,
  'chain-policy': (place: TablePlace) => `no rule of ${placeOf(place)} matched, and its policy is DROP`,
  'no-socket-for-tproxy': ({ rule, ip, port }: { readonly rule: string; readonly ip: Ip; readonly port: number }) =>
    `\`${rule}\` finds no socket on ${endpointText(ip, port, false)} to give the packet to, so it drops it`,
  'no-address-to-translate-to': ({ rule, dev }: { readonly rule: string; readonly dev: string }) =>
    `\`${rule}\` has no address on ${dev} to translate to, so the kernel drops the packet`,
  'tproxy-not-routed': () =>
    'TPROXY gave the packet to a local socket, but routing would forward it, so it is dropped: an ip rule for the mark has to lead to a local route',
  /** `what` names the rules and the file that would show them. */
  'rules-not-listed': ({ what, one }: { readonly what: string; readonly one: boolean }) => `${what}, ${one ? 'drops' : 'drop'} it`,
};
