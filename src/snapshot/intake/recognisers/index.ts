import type { Recogniser } from '../piece.js';
import { ARP } from './arp.js';
import { BRCTL, BRCTL_STP, BRIDGE_FDB, BRIDGE_LINK, BRIDGE_VLAN } from './bridge.js';
import { CONFIGURED } from './configuration.js';
import { COMPOSE_PS, DOCKER_PORT } from './docker-tables.js';
import { DOCKER_INFO, DOCKER_INSPECT, DOCKER_NETWORK_LS, DOCKER_PART, DOCKER_PS } from './docker.js';
import { IFCONFIG, IP_ADDR, IP_BRIEF, IP_LINK, IP_ONELINE } from './ip-addr.js';
import { IP_NEIGH, IP_ROUTE, IP_RULE, ROUTE } from './ip-route.js';
import { IPSET, IPTABLES_LIST, IPTABLES_SAVE } from './iptables.js';
import { IPVS_LIST, IPVS_SAVE } from './ipvs.js';
import { LSOF } from './lsof.js';
import { NFT } from './nft.js';
import { PS, RESOLV_CONF, SYSCTL } from './other.js';
import { FIB_TRIE, PROC_ROUTE, PROC_ROUTE6, PROC_SOCKETS, PROC_SYS } from './proc-net.js';
import { SERVICES } from './services.js';
import { NETSTAT_LISTING, SS_LISTING } from './sockets.js';
import { TESTIMONY } from './testimony.js';
import { TOLD_ALONE } from './told.js';
import { WG_SHOW } from './wireguard.js';

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
  BRCTL_STP,
  SS_LISTING,
  NETSTAT_LISTING,
  DOCKER_INSPECT,
  DOCKER_PART,
  DOCKER_PS,
  DOCKER_NETWORK_LS,
  COMPOSE_PS,
  DOCKER_PORT,
  DOCKER_INFO,
  SYSCTL,
  RESOLV_CONF,
  PS,
  PROC_SOCKETS,
  PROC_ROUTE,
  PROC_ROUTE6,
  PROC_SYS,
  FIB_TRIE,
  LSOF,
  ARP,
  IPVS_LIST,
  IPVS_SAVE,
  SERVICES,
  WG_SHOW,
  CONFIGURED,
  ...TESTIMONY,
  ...TOLD_ALONE,
];
