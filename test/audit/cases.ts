import bridgeIsolationMissing from './rules/bridge-isolation-missing.js';
import defaultBridgeUsed from './rules/default-bridge-used.js';
import dockerApiExposed from './rules/docker-api-exposed.js';
import dockerSocketMounted from './rules/docker-socket-mounted.js';
import dockerUserIneffective from './rules/docker-user-ineffective.js';
import firewallBypassed from './rules/firewall-bypassed.js';
import forwardPolicyAccept from './rules/forward-policy-accept.js';
import forwardingUnused from './rules/forwarding-unused.js';
import hostNetwork from './rules/host-network.js';
import hostServiceFromContainer from './rules/host-service-from-container.js';
import iccDefaultBridge from './rules/icc-default-bridge.js';
import iccIneffective from './rules/icc-ineffective.js';
import ineffectiveRule from './rules/ineffective-rule.js';
import iptablesDisabled from './rules/iptables-disabled.js';
import ipv6Open from './rules/ipv6-open.js';
import ipv6RaAccepted from './rules/ipv6-ra-accepted.js';
import localhostPublishReachable from './rules/localhost-publish-reachable.js';
import loopbackDns from './rules/loopback-dns.js';
import masqueradeMissing from './rules/masquerade-missing.js';
import metadataReachable from './rules/metadata-reachable.js';
import mixedBackends from './rules/mixed-backends.js';
import netAdmin from './rules/net-admin.js';
import notPersistent from './rules/not-persistent.js';
import overlayUnencrypted from './rules/overlay-unencrypted.js';
import privileged from './rules/privileged.js';
import privilegedPortPublished from './rules/privileged-port-published.js';
import publishedToAll from './rules/published-to-all.js';
import routeLocalnetOn from './rules/route-localnet-on.js';
import rpFilterOff from './rules/rp-filter-off.js';
import sensitiveServiceExposed from './rules/sensitive-service-exposed.js';
import snapshotInconsistent from './rules/snapshot-inconsistent.js';
import sshInContainer from './rules/ssh-in-container.js';
import swarmControlExposed from './rules/swarm-control-exposed.js';
import unpublishedPortReachable from './rules/unpublished-port-reachable.js';
import userlandProxySource from './rules/userland-proxy-source.js';
import type { Case } from './rules/case.js';

export type { Case };

/** Hosts for every rule of the audit: one file a rule. */
export const CASES: readonly Case[] = [
  bridgeIsolationMissing,
  defaultBridgeUsed,
  dockerApiExposed,
  dockerSocketMounted,
  dockerUserIneffective,
  firewallBypassed,
  forwardPolicyAccept,
  forwardingUnused,
  hostNetwork,
  hostServiceFromContainer,
  iccDefaultBridge,
  iccIneffective,
  ineffectiveRule,
  iptablesDisabled,
  ipv6Open,
  ipv6RaAccepted,
  localhostPublishReachable,
  loopbackDns,
  masqueradeMissing,
  metadataReachable,
  mixedBackends,
  netAdmin,
  notPersistent,
  overlayUnencrypted,
  privileged,
  privilegedPortPublished,
  publishedToAll,
  routeLocalnetOn,
  rpFilterOff,
  sensitiveServiceExposed,
  snapshotInconsistent,
  sshInContainer,
  swarmControlExposed,
  unpublishedPortReachable,
  userlandProxySource,
].flat();
