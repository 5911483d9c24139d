/** One file of a namespace, and the command that prints it. */
export interface ListingCommand {
  readonly file: string;
  readonly argv: readonly string[];
  /** What to print where the command is missing, fails or speaks no JSON. */
  readonly otherwise?: ListingCommand;
  /** The same in another form, taken as well: each tells what the other does not. Where it cannot be had, the first is enough. */
  readonly besides?: ListingCommand;
  /** Keeps only some lines. */
  readonly keep?: (line: string) => boolean;
  /** Some values of it can never be read, which makes the command fail. */
  readonly partial?: boolean;
}

/** A JSON listing, and the plain one of the same command for versions that know no `-j`. */
function iproute(file: string, argv: readonly string[], plain: readonly string[]): ListingCommand {
  return { file: `${file}.json`, argv, otherwise: { file: `${file}.txt`, argv: plain } };
}

/** Kernel settings of the network, but for those that are secrets. */
function isNetSetting(line: string): boolean {
  return line.startsWith('net.') && !/stable_secret|fastopen_key/.test(line);
}

/** With handles. The text tells what an older `nft -j` cannot print, and stands in where that crashes. */
const NFT_TEXT: ListingCommand = { file: 'nft-ruleset.txt', argv: ['nft', '-a', 'list', 'ruleset'] };

/** What is taken of every namespace, in this order. */
export const LISTINGS: readonly ListingCommand[] = [
  { file: 'iptables-save.txt', argv: ['iptables-save', '-c'] },
  { file: 'ip6tables-save.txt', argv: ['ip6tables-save', '-c'] },
  { ...iproute('nft-ruleset', ['nft', '-j', 'list', 'ruleset'], NFT_TEXT.argv), besides: NFT_TEXT },
  iproute('ip-addr', ['ip', '-j', '-d', 'addr', 'show'], ['ip', 'addr', 'show']),
  iproute('ip-route', ['ip', '-j', '-d', 'route', 'show', 'table', 'all'], ['ip', 'route', 'show', 'table', 'all']),
  iproute('ip6-route', ['ip', '-6', '-j', '-d', 'route', 'show', 'table', 'all'], ['ip', '-6', 'route', 'show', 'table', 'all']),
  iproute('ip-rule', ['ip', '-j', 'rule', 'show'], ['ip', 'rule', 'show']),
  iproute('ip6-rule', ['ip', '-6', '-j', 'rule', 'show'], ['ip', '-6', 'rule', 'show']),
  iproute('ip-neigh', ['ip', '-j', 'neigh', 'show'], ['ip', 'neigh', 'show']),
  { ...iproute('bridge-link', ['bridge', '-j', '-d', 'link', 'show'], []), otherwise: { file: 'brctl-show.txt', argv: ['brctl', 'show'] } },
  iproute('bridge-fdb', ['bridge', '-j', 'fdb', 'show'], ['bridge', 'fdb', 'show']),
  iproute('bridge-vlan', ['bridge', '-j', 'vlan', 'show'], ['bridge', 'vlan', 'show']),
  { file: 'ss.txt', argv: ['ss', '-H', '-tulpn'], otherwise: { file: 'netstat.txt', argv: ['netstat', '-tulpn'] } },
  { file: 'sysctl.txt', argv: ['sysctl', '-a'], keep: isNetSetting, partial: true },
];

/** Rules of the other back end: asked for only where the kernel says that it holds tables, since asking would load them. */
export const LEGACY: readonly (ListingCommand & { readonly proc: string })[] = [
  { file: 'iptables-legacy-save.txt', argv: ['iptables-legacy-save', '-c'], proc: 'ip_tables_names' },
  { file: 'ip6tables-legacy-save.txt', argv: ['ip6tables-legacy-save', '-c'], proc: 'ip6_tables_names' },
];

/** Virtual servers: asked for only where the kernel has some, since asking would load its module. */
export const IPVS: ListingCommand = { file: 'ipvs-save.txt', argv: ['ipvsadm', '-Sn'] };

/** Sets: asked for only where a rule names one, since asking would load the kernel's module. */
export const IPSETS: ListingCommand = { file: 'ipset-save.txt', argv: ['ipset', 'save'] };

/** @returns whether a rule of an iptables-save looks into an ipset. */
export function namesSets(rules: string): boolean {
  return /--match-set |-j SET /.test(rules);
}
