import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that rebuild and watch a twin, each with its Debian package. */
const PROGRAMS: ReadonlyMap<string, string> = new Map([
  ['unshare', 'util-linux'],
  ['nsenter', 'util-linux'],
  ['setpriv', 'util-linux'],
  ['pivot_root', 'util-linux'],
  ['mount', 'mount'],
  ['ip', 'iproute2'],
  ['bridge', 'iproute2'],
  ['iptables-nft-restore', 'iptables'],
  ['ip6tables-nft-restore', 'iptables'],
  ['nft', 'nftables'],
  ['tcpdump', 'tcpdump'],
  ['ipset', 'ipset'],
  ['ping', 'iputils-ping'],
  ['stdbuf', 'coreutils'],
]);

/** Where administration programs are, which a user's own path may lack. */
const ADMIN = ['/usr/sbin', '/sbin', '/usr/local/sbin'];

/** @returns the search path with the folders of administration programs. */
export function searchPath(): string {
  return [...(process.env['PATH'] ?? '').split(delimiter), ...ADMIN].filter((dir) => dir !== '').join(delimiter);
}

interface Missing {
  readonly program: string;
  readonly package: string;
}

/** @returns the programs that this machine lacks, with the Debian package of each. */
export function missingPrograms(folders: readonly string[] = searchPath().split(delimiter)): readonly Missing[] {
  const lacking = [...PROGRAMS].filter(([program]) => !folders.some((folder) => existsSync(join(folder, program))));
  return lacking.map(([program, name]) => ({ program, package: name }));
}

/** @returns what is missing, and the command that installs it. */
export function lackingText(missing: readonly Missing[]): string {
  const programs = missing.map((m) => m.program).join(', ');
  const packages = [...new Set(missing.map((m) => m.package))].join(' ');
  return `a twin needs ${programs}, which this machine lacks: apt-get install ${packages}`;
}
