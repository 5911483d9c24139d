import type { Recogniser } from '../piece.js';
import { isShort, objectWords } from './addresses.js';

const PORT = /^\d+: \S+?:? .*(?:\bmaster \S+ )state (?:forwarding|blocking|learning|listening|disabled)\b/;
const SWITCHES =
  /^\s+(?:hairpin|guard|root_block|fastleave|learning|flood|mcast_|bcast_|neigh_|vlan_tunnel|isolated|locked|mab|priority|backup_|hwmode)/;

const command =
  (object: string) =>
  ({ program, args }: { readonly program: string; readonly args: readonly string[] }): boolean =>
    program === 'bridge' && isShort(objectWords(args)[0], object);

/** `bridge [-d] link`. */
export const BRIDGE_LINK: Recogniser = {
  name: 'bridge link',
  begins: (line) => PORT.test(line),
  goesOn: (line) => PORT.test(line) || SWITCHES.test(line),
  printedBy: command('link'),
  place: (lines) => ({
    folder: 'netns',
    name: 'bridge-link',
    variant: '',
    rank: lines.some((line) => SWITCHES.test(line)) ? 1 : 0,
  }),
};

const FDB = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5} dev \S+/i;

/** `bridge fdb`. */
export const BRIDGE_FDB: Recogniser = {
  name: 'bridge fdb',
  begins: (line) => FDB.test(line),
  goesOn: (line) => FDB.test(line),
  printedBy: command('fdb'),
  place: (_, call) =>
    call !== undefined && objectWords(call.args).length > 2
      ? `\`${call.text}\` shows one bridge: \`bridge fdb\` shows all`
      : { folder: 'netns', name: 'bridge-fdb', variant: '', rank: 0 },
};

const VLAN = /^port\s+vlan/;

/** `bridge [-d] vlan`. */
export const BRIDGE_VLAN: Recogniser = {
  name: 'bridge vlan',
  begins: (line) => VLAN.test(line),
  goesOn: (line) =>
    VLAN.test(line) || /^(?:\S+)?\s+\d+(?:-\d+)?(?:\s+(?:PVID|Egress|Untagged|Tagged|state|mcast_router|forwarding|\d))*/.test(line),
  printedBy: command('vlan'),
  place: () => ({ folder: 'netns', name: 'bridge-vlan', variant: '', rank: 0 }),
};

const BRCTL_HEAD = /^bridge name\s+bridge id/;

/** `brctl show`. */
export const BRCTL: Recogniser = {
  name: 'brctl show',
  begins: (line) => BRCTL_HEAD.test(line),
  goesOn: (line) => BRCTL_HEAD.test(line) || /^\S+\s+[0-9a-f]{4}\.[0-9a-f]{12}\s/.test(line) || /^\s+\S+\s*$/.test(line),
  printedBy: ({ program, args }) => program === 'brctl' && (args.length === 0 || args[0] === 'show'),
  place: () => ({ folder: 'netns', name: 'brctl-show.txt', variant: '', rank: 0 }),
};

const STP_PORT = /^(\S+) \(\d+\)$/;
const STP_VALUES = /^\s*(?:bridge id|designated|root port|path cost|max age|hello|forward delay|ageing|topology|flags|port id)\b|^\s*$/;

/** Writes the lines of `brctl showstp` as `brctl show` prints the bridge and its ports. */
function shownPorts(bridge: string): (line: string, index: number) => string {
  let first = true;
  return (line, index) => {
    if (index === 0) return 'bridge name\tbridge id\t\tSTP enabled\tinterfaces';
    const port = STP_PORT.exec(line.trim())?.[1];
    if (port === undefined) return '';
    const head = first ? `${bridge}\t8000.000000000000\tno\t` : '\t\t\t';
    first = false;
    return `${head}\t${port}`;
  };
}

/** `brctl showstp docker0`: the ports of one bridge. */
export const BRCTL_STP: Recogniser = {
  name: 'brctl showstp',
  begins: () => false,
  goesOn: (line) => STP_PORT.test(line) || STP_VALUES.test(line) || /^\S{1,15}$/.test(line),
  printedBy: ({ program, args }) => program === 'brctl' && args[0] === 'showstp',
  place: (lines, call) => {
    const bridge = call?.args[1] ?? '';
    if (bridge === '' || !lines.some((line) => STP_PORT.test(line.trim())))
      return 'no ports of a bridge: `bridge -d link` shows those of all';
    return { folder: 'netns', name: 'brctl-show.txt', variant: bridge, rank: -1, as: shownPorts(bridge) };
  },
};
