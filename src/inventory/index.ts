export { isBlanked } from './blanked-labels.js';
export { doubtedBlanks, unheldPort, type Doubt } from './doubts.js';
export { evidenceOf, markAccepted, type Evidence, type EvidenceKind } from './evidence.js';
export { untoldContainers, type ContainerTrace } from './untold-containers.js';
export { ENGINE, PROXY } from './docker.js';
export { isDockers, isUserChainEnd, USER_CHAIN } from './docker-rules.js';
export { standInsOf, type Publisher, type StandIn } from './stand-ins.js';
export type { Duty, Runtime } from './runtime.js';
export { firewallBackend, nativeRulesOf, writesNftables, type NativeRules } from './native-rules.js';
