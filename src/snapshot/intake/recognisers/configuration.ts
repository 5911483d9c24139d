import type { Call, Recogniser } from '../piece.js';

/** Files that say what is set when the machine starts. */
const CONFIGURATION =
  /(?:^|\/)(?:nftables\.conf|rules\.v[46]|sysctl\.conf|daemon\.json|(?:docker-)?compose[\w.-]*\.ya?ml|ip6?tables\.rules|before6?\.rules|user6?\.rules|after6?\.rules)$|\/(?:netplan|sysctl\.d|nftables\.d|sysconfig|wireguard|network\/interfaces)(?:\/|$)/;

/** @returns whether a file is one of configuration, by its name: what it says may never have been loaded. */
export function isConfiguration(path: string): boolean {
  return CONFIGURATION.test(path);
}

/** What is loaded at the start, by the names of its files, and where a snapshot keeps it; `$1` as in `replace`. */
const LOADED: readonly (readonly [RegExp, string])[] = [
  // netfilter-persistent; the iptables-services of Fedora; the iptables service of Arch
  [/(?:^|\/)(?:rules\.v4|sysconfig\/iptables|iptables\.rules)$/, 'start-iptables.txt'],
  [/(?:^|\/)(?:rules\.v6|sysconfig\/ip6tables|ip6tables\.rules)$/, 'start-ip6tables.txt'],
  [/^.*?(?:^|\/)((?:before|user|after)6?)\.rules$/, 'start-ufw-$1.txt'],
  [/(?:^|\/)(?:nftables\.conf|sysconfig\/nftables\.conf|nftables(?:\.d)?\/[^/]+\.(?:nft|conf))$/, 'start-nft.txt'],
  [/(?:^|\/)(?:sysctl\.conf|sysctl\.d\/[^/]+\.conf)$/, 'start-sysctl.txt'],
];

const SHOWS = /^(?:cat|less|more|head|tail|grep|egrep)$/;
const filesOf = ({ program, args }: Call): readonly string[] => (SHOWS.test(program) ? args.filter(isConfiguration) : []);

/** @returns whether a call shows a file of configuration, in which a line that begins with `#` is a remark. */
export const showsConfiguration = (call: Call): boolean => filesOf(call).length > 0;

/** What such a file is, and what shows more. */
export const IS_CONFIGURATION =
  'configuration, which tells what is set at the next start: `iptables-save`, `nft list ruleset`, `ip addr`, `ip route` and `sysctl -a` show what the kernel holds';

/** A file of configuration: rules and settings are set beside those that the kernel holds, to tell what a start would change. */
export const CONFIGURED: Recogniser = {
  name: 'a file of configuration',
  begins: () => false,
  goesOn: () => true,
  printedBy: showsConfiguration,
  place: (lines, call) => {
    const [path, another] = call === undefined ? [] : filesOf(call);
    const [pattern, place] = LOADED.find(([file]) => file.test(path ?? '')) ?? [];
    const isWhole = call?.program === 'cat' && call.filter === undefined && another === undefined && lines.length > 0;
    if (pattern === undefined || place === undefined || path === undefined || !isWhole) return IS_CONFIGURATION;
    const name = place.includes('$') ? path.replace(pattern, place) : place;
    return { folder: 'netns', name, variant: path, rank: 0 };
  },
};
