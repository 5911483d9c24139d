import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that rebuild and watch a twin, each with its Debian package. */
const PROGRAMS: ReadonlyMap<string, string> = new Map([
  ['unshare', 'util-linux'],
  ['nsenter', 'util-linux'],
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

/** @returns the programs that this machine lacks, with the Debian package of each. */
export function missingPrograms(): readonly { readonly program: string; readonly package: string }[] {
  const folders = searchPath().split(delimiter);
  const lacking = [...PROGRAMS].filter(([program]) => !folders.some((folder) => existsSync(join(folder, program))));
  return lacking.map(([program, name]) => ({ program, package: name }));
}
