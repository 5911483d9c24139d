import { commonFault, type NameKind } from './kind.js';

/** NAME_MAX: what one part of a path may take. */
const LONGEST = 255;

function fileFault(text: string): string | undefined {
  const common = commonFault(text.replaceAll(' ', '_'), LONGEST);
  if (common !== undefined) return common;
  if (text === '.' || text === '..') return 'leads to another folder';
  return text.includes('/') ? 'holds a /' : undefined;
}

/** A network namespace goes by the name of a file (`ip netns` makes it in /run/netns: netns_add; Docker in /run/docker/netns). */
export const NETNS: NameKind = { of: 'a network namespace', fault: fileFault };

const WORD = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** RestrictedNameChars of Docker (daemon/names/names.go), and no longer than a folder's name, which it becomes in a snapshot. */
export const CONTAINER: NameKind = {
  of: 'a container',
  fault: (text) => fileFault(text) ?? (WORD.test(text) ? undefined : 'holds what is neither letter, digit, _, . nor -'),
};

/** A network that Docker makes (the same restriction, since 17.06: daemon/network.go); what was made before may be called otherwise. */
export const NETWORK: NameKind = {
  of: 'a network',
  fault: (text) => commonFault(text, LONGEST) ?? (WORD.test(text) ? undefined : 'holds what is neither letter, digit, _, . nor -'),
};
