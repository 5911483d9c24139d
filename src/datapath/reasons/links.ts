import type { NetnsName } from '../../model/netns.js';
import { formatIp, type Ip } from '../../address/ip.js';

/** A device, port or bridge; `netns` is left out where the step beside it names it. */
export interface LinkPlace {
  readonly dev: string;
  readonly netns?: NetnsName;
}

const deviceOf = ({ dev, netns }: LinkPlace): string => (netns === undefined ? dev : `${dev} of ${netns}`);

/** Which VLAN check failed. */
type Vlan =
  | { readonly at: 'port' | 'bridge'; readonly dev: string; readonly vid: number }
  | { readonly at: 'bridge out'; readonly dev: string }
  | { readonly at: 'port in'; readonly dev: string; readonly tag: number | undefined }
  | { readonly at: 'device'; readonly dev: string; readonly netns?: string; readonly tag: number };

function vlan(one: Vlan): string {
  switch (one.at) {
    case 'port':
      return `port ${one.dev} is not in VLAN ${one.vid}`;
    case 'bridge':
      return `${one.dev} itself is not in VLAN ${one.vid}`;
    case 'bridge out':
      return `VLAN filtering is on and ${one.dev} itself is in no VLAN for such frames`;
    case 'port in':
      return `VLAN filtering is on and ${one.dev} takes no ${one.tag === undefined ? 'untagged frames' : `frames of VLAN ${one.tag}`}`;
    case 'device':
      return `${deviceOf(one)} has no device for frames of VLAN ${one.tag}`;
  }
}

/** Where a frame has no way on. */
type DeadEnd =
  { readonly of: 'dummy' | 'itself'; readonly dev: string } | { readonly of: 'tunnel'; readonly dev: string; readonly netns: string };

function deadEnd(one: DeadEnd): string {
  switch (one.of) {
    case 'dummy':
      return `${one.dev} is a dummy: it swallows what is sent to it`;
    case 'tunnel':
      return `${deviceOf(one)} is a tunnel that knows no other end`;
    case 'itself':
      return `${one.dev} sends to itself`;
  }
}

/** A bridge without a port for a frame; `port` where its database names one that is none. */
function noPort({ bridge, port }: { readonly bridge: string | undefined; readonly port?: string }): string {
  if (port !== undefined) return `${port} is no port of ${bridge ?? 'the bridge'}`;
  return `${bridge ?? 'the bridge'} has no port to send it by`;
}

/** What links make of a frame, in words: each entry makes a sentence of a reason's data. */
export const LINK_WORDS = {
  'link-down': ({ isPort, ...place }: LinkPlace & { readonly isPort?: true }) =>
    `${isPort === true ? 'port ' : ''}${deviceOf(place)} is down`,
  'no-carrier': (place: LinkPlace) => `${deviceOf(place)} has no carrier (NO-CARRIER)`,
  circle: () => 'the packet goes in a circle',
  'port-state': ({ dev, state }: { readonly dev: string; readonly state: string }) => `port ${dev} is ${state}`,
  'hairpin-off': ({ dev }: LinkPlace) => `the destination is behind ${dev}, where the frame came from, and hairpin mode is off`,
  'ports-isolated': ({ from, to }: { readonly from: string; readonly to: string }) => `ports ${from} and ${to} are both isolated`,
  vlan,
  'no-port': noPort,
  'dead-end': deadEnd,
  'other-station': ({ mac, dst, ...place }: LinkPlace & { readonly mac: string | undefined; readonly dst: Ip }) =>
    `the frame is addressed to ${mac ?? '?'}, not to ${deviceOf(place)} (${formatIp(dst)})`,
  'bridge-not-routed': ({ bridge, dst }: { readonly bridge: string; readonly dst: Ip }) =>
    `${formatIp(dst)}, which ${bridge} translated the frame to, has no route; the bridge drops it without a word`,
};
