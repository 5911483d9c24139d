import type { Call, Placing, Recogniser } from '../piece.js';
import { BRIDGE_FDB, BRIDGE_LINK, BRIDGE_VLAN } from './bridge.js';
import { DOCKER_INFO, DOCKER_INSPECT } from './docker.js';
import { IP_ADDR } from './ip-addr.js';
import { IP_NEIGH, IP_ROUTE, IP_RULE } from './ip-route.js';
import { NFT } from './nft.js';

/** Members that only one kind of listing has, in the order in which they are looked for. */
const MEMBERS: readonly (readonly [RegExp, Recogniser])[] = [
  [/^\s*\{\s*"nftables"\s*:/, NFT],
  [/"(?:HostConfig|NetworkSettings|IPAM)"\s*:|"subnets"\s*:/, DOCKER_INSPECT],
  [/"addr_info"\s*:/, IP_ADDR],
  [/"vlans"\s*:/, BRIDGE_VLAN],
  [/"mac"\s*:[^}]*"ifname"\s*:|"ifname"\s*:[^}]*"mac"\s*:/, BRIDGE_FDB],
  [/"ifindex"\s*:[^}]*"(?:master|hairpin)"\s*:/, BRIDGE_LINK],
  [/"priority"\s*:[^}]*"(?:table|goto|action)"\s*:/, IP_RULE],
  [/"dst"\s*:[^}]*"(?:lladdr"|state"\s*:\s*\[)/, IP_NEIGH],
  [/"dst"\s*:[^}]*"(?:dev|gateway|protocol|nexthops|type|via)"\s*:/, IP_ROUTE],
  [/"(?:ServerVersion|DockerRootDir|Server)"\s*:/, DOCKER_INFO],
];

/** @returns the kind of listing that JSON is, by its members. */
export function jsonRecogniser(text: string): Recogniser | undefined {
  return MEMBERS.find(([members]) => members.test(text))?.[1];
}

/** @returns where JSON of iproute2 belongs that no call explains; undefined where its recogniser tells. */
export function placeJson(text: string, recogniser: Recogniser, call: Call | undefined): Placing | undefined {
  if (recogniser === IP_ADDR || recogniser === BRIDGE_LINK)
    return { folder: 'netns', name: recogniser === IP_ADDR ? 'ip-addr' : 'bridge-link', variant: '', rank: 9 };
  if (call !== undefined) return undefined;
  const six = /"(?:dst|gateway|src|prefsrc)"\s*:\s*"[0-9a-f]*:/.test(text);
  if (recogniser === IP_ROUTE) {
    const four = /"(?:dst|gateway|prefsrc)"\s*:\s*"\d+\./.test(text);
    const all = /"table"\s*:/.test(text);
    const lacks = all ? [] : [{ why: 'it shows the table main alone', what: 'tables' as const }];
    return { folder: 'netns', name: six && !four ? 'ip6-route' : 'ip-route', variant: all ? 'all' : 'main', rank: all ? 2 : 1, lacks };
  }
  if (recogniser !== IP_RULE) return undefined;
  const default4 = /"table"\s*:\s*"(?:default|253)"/.test(text);
  return { folder: 'netns', name: six || !default4 ? 'ip6-rule' : 'ip-rule', variant: '', rank: 0 };
}
