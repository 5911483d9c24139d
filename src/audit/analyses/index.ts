import type { Analysis } from '../analysis.js';
import { dockerApi } from './docker-api.js';
import { dockerUserIneffective } from './docker-user-ineffective.js';
import { firewallBypassed } from './firewall-bypassed.js';
import { forwardPolicy } from './forward-policy.js';
import { hostNetwork } from './host-network.js';
import { hostServiceFromContainer } from './host-service-from-container.js';
import { ineffectiveRule } from './ineffective-rule.js';
import { iptablesDisabled } from './iptables-disabled.js';
import { ipv6Open } from './ipv6-open.js';
import { ipv6Ra } from './ipv6-ra.js';
import { forwardingUnused, routeLocalnet, rpFilter } from './kernel-settings.js';
import { localhostPublish } from './localhost-publish.js';
import { loopbackDns } from './loopback-dns.js';
import { masqueradeMissing } from './masquerade-missing.js';
import { mixedBackends } from './mixed-backends.js';
import { notPersistent } from './not-persistent.js';
import { overlayUnencrypted } from './overlay-unencrypted.js';
import { snapshotInconsistent } from './snapshot-inconsistent.js';
import { swarmPorts } from './swarm-ports.js';

/** Analyses by the name that rules give. */
export const ANALYSES: ReadonlyMap<string, Analysis> = new Map<string, Analysis>([
  ['docker-api', dockerApi],
  ['docker-user-ineffective', dockerUserIneffective],
  ['firewall-bypassed', firewallBypassed],
  ['forward-policy', forwardPolicy],
  ['forwarding-unused', forwardingUnused],
  ['host-network', hostNetwork],
  ['host-service-from-container', hostServiceFromContainer],
  ['ineffective-rule', ineffectiveRule],
  ['iptables-disabled', iptablesDisabled],
  ['ipv6-open', ipv6Open],
  ['ipv6-ra', ipv6Ra],
  ['localhost-publish', localhostPublish],
  ['loopback-dns', loopbackDns],
  ['masquerade-missing', masqueradeMissing],
  ['mixed-backends', mixedBackends],
  ['not-persistent', notPersistent],
  ['overlay-unencrypted', overlayUnencrypted],
  ['route-localnet', routeLocalnet],
  ['rp-filter', rpFilter],
  ['snapshot-inconsistent', snapshotInconsistent],
  ['swarm-ports', swarmPorts],
]);
