import type { Recogniser } from '../piece.js';
import { BRCTL, BRIDGE_FDB, BRIDGE_LINK, BRIDGE_VLAN } from './bridge.js';
import { DOCKER_INFO, DOCKER_INSPECT, DOCKER_NETWORK_LS, DOCKER_PS } from './docker.js';
import { IFCONFIG, IP_ADDR, IP_BRIEF, IP_LINK, IP_ONELINE } from './ip-addr.js';
import { IP_NEIGH, IP_ROUTE, IP_RULE, ROUTE } from './ip-route.js';
import { IPSET, IPTABLES_LIST, IPTABLES_SAVE } from './iptables.js';
import { NFT } from './nft.js';
import { PS, RESOLV_CONF, SYSCTL } from './other.js';
import { NETSTAT_LISTING, SS_LISTING } from './sockets.js';

/** Every kind of listing that is told apart; of two that fit a line, the first. */
export const RECOGNISERS: readonly Recogniser[] = [
  IPTABLES_SAVE,
  IPTABLES_LIST,
  NFT,
  IPSET,
  BRIDGE_LINK,
  IP_ONELINE,
  IP_BRIEF,
  IP_ADDR,
  IP_LINK,
  IFCONFIG,
  IP_NEIGH,
  IP_RULE,
  ROUTE,
  IP_ROUTE,
  BRIDGE_FDB,
  BRIDGE_VLAN,
  BRCTL,
  SS_LISTING,
  NETSTAT_LISTING,
  DOCKER_INSPECT,
  DOCKER_PS,
  DOCKER_NETWORK_LS,
  DOCKER_INFO,
  SYSCTL,
  RESOLV_CONF,
  PS,
];
