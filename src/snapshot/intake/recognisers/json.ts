import type { Call, Placing, Recogniser } from '../piece.js';
import { BRIDGE_FDB, BRIDGE_LINK, BRIDGE_VLAN } from './bridge.js';
import { COMPOSE_PS } from './docker-tables.js';
import { DOCKER_INFO, DOCKER_INSPECT, DOCKER_PART } from './docker.js';
import { ANSIBLE_FACTS, OSQUERY_ADDRESSES, OSQUERY_PORTS, OSQUERY_ROUTES } from './facts.js';
import { IP_ADDR } from './ip-addr.js';
import { IP_NEIGH, IP_ROUTE, IP_RULE } from './ip-route.js';
import { NFT } from './nft.js';

type Tells = (text: string) => boolean;

const has =
  (member: RegExp): Tells =>
  (text) =>
    member.test(text);

/** Two members of one object, the second anywhere behind the first. */
const both =
  (first: RegExp, second: RegExp): Tells =>
  (text) =>
    text.split('}').some((object) => {
      const at = object.search(first);
      return at >= 0 && second.test(object.slice(at));
    });

/** All of these in one object, in any order. */
const members =
  (...names: readonly string[]): Tells =>
  (text) =>
    text.split('}', 3).some((object) => names.every((name) => object.includes(`"${name}"`)));

const [MAC, IFNAME] = [/"mac"\s*:/, /"ifname"\s*:/];

/** Members that only one kind of listing has, in the order in which they are looked for. */
const MEMBERS: readonly (readonly [Tells, Recogniser])[] = [
  [has(/^\s*\{\s*"nftables"\s*:/), NFT],
  [has(/"(?:ansible_interfaces|ansible_all_ipv4_addresses)"\s*:/), ANSIBLE_FACTS],
  [members('address', 'interface', 'mask'), OSQUERY_ADDRESSES],
  [members('destination', 'gateway', 'interface', 'netmask', 'type'), OSQUERY_ROUTES],
  [members('address', 'family', 'port', 'protocol'), OSQUERY_PORTS],
  [(text) => ['Name', 'Service', 'Publishers'].every((name) => text.includes(`"${name}":`)), COMPOSE_PS],
  [has(/"(?:HostConfig|NetworkSettings|IPAM)"\s*:|"subnets"\s*:/), DOCKER_INSPECT],
  [has(/"(?:EndpointID|SandboxID|SandboxKey|IPPrefixLen|GlobalIPv6PrefixLen|HostPort|NetworkMode)"\s*:/), DOCKER_PART],
  [has(/"addr_info"\s*:/), IP_ADDR],
  [has(/"vlans"\s*:/), BRIDGE_VLAN],
  [(text) => both(MAC, IFNAME)(text) || both(IFNAME, MAC)(text), BRIDGE_FDB],
  [both(/"ifindex"\s*:/, /"(?:master|hairpin)"\s*:/), BRIDGE_LINK],
  [both(/"priority"\s*:/, /"(?:table|goto|action)"\s*:/), IP_RULE],
  [both(/"dst"\s*:/, /"(?:lladdr"|state"\s*:\s*\[)/), IP_NEIGH],
  [both(/"dst"\s*:/, /"(?:dev|gateway|protocol|nexthops|type|via)"\s*:/), IP_ROUTE],
  [has(/"(?:ServerVersion|DockerRootDir|Server)"\s*:/), DOCKER_INFO],
];

/** @returns the kind of listing that JSON is, by its members. */
export function jsonRecogniser(text: string): Recogniser | undefined {
  return MEMBERS.find(([tells]) => tells(text))?.[1];
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
