export { ALTNAME, DEVICE, IPROUTE_WORD, LINK_KIND } from './device.js';
export { isName, refusal, type NameKind } from './kind.js';
export { CONTAINER, NETNS, NETWORK } from './place.js';
export { CHAIN, IPSET, NFT_NAME } from './rules.js';
export { SYSCTL, sysctlParts } from './sysctl.js';
