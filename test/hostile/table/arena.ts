import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Programs that commands of the snapshot format, remedies and shells are made of. */
const PROGRAMS = [
  ...['sh', 'bash', 'env', 'docker', 'ip', 'iptables', 'iptables-save', 'ip6tables', 'nft', 'ipset', 'bridge', 'ss', 'sysctl', 'nsenter'],
  ...['tcpdump', 'curl', 'wget', 'git', 'less', 'xdg-open', 'modprobe', 'tar', 'gzip', 'xz', 'zstd', 'unzip', 'id', 'touch'],
];
/** What an attack would make or change, where it had its way. */
const VICTIMS = ['/tmp/dtrace-path-rce', '/tmp/dtrace-path-victim', '/tmp/PWN'];

/** A place where commands run, in which whatever happens is seen. */
export interface Arena {
  readonly root: string;
  /** Where the attack is written. */
  readonly given: string;
  /** What commands may write. */
  readonly out: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** @returns what ran, was written outside of `out`, or is gone. */
  faults(): readonly string[];
  remove(): void;
}

/** What stands below a folder: kind, and content or where it leads. */
function standing(folder: string, skip: string, at = ''): readonly string[] {
  return readdirSync(join(folder, at)).flatMap((name): readonly string[] => {
    const path = join(at, name);
    const full = join(folder, path);
    if (full === skip) return [];
    const found = lstatSync(full, { throwIfNoEntry: false });
    // a name that is no UTF-8 is read as another
    if (found === undefined) return [`${path} ?`];
    if (found.isDirectory()) return [`${path}/`, ...standing(folder, skip, path)];
    if (found.isSymbolicLink()) return [`${path} -> ${readlinkSync(full)}`];
    if (!found.isFile()) return [`${path} ${found.mode}`];
    return [`${path} ${found.size} ${found.size > 2 ** 24 ? found.mtimeMs : createHash('sha1').update(readFileSync(full)).digest('hex')}`];
  });
}

function stubs(bin: string, record: string): void {
  mkdirSync(bin);
  for (const name of PROGRAMS) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "$0 $*" >>'${record}'\n`);
    chmodSync(join(bin, name), 0o755);
  }
}

/** @returns a new arena; what stands in it when `faults` is first asked for is what was there before. */
export function arena(): Arena & { readonly ready: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'dtrace-path-table-'));
  const [given, out, cwd, home, bin] = ['given', 'out', 'cwd', 'home', 'bin'].map((name) => join(root, name)) as [
    string,
    string,
    string,
    string,
    string,
  ];
  for (const folder of [given, out, cwd, home]) mkdirSync(folder);
  const record = join(root, 'ran');
  stubs(bin, record);
  writeFileSync(record, '');
  let before: readonly string[] = [];
  return {
    ...{ root, given, out, cwd },
    env: { PATH: bin, HOME: home, TMPDIR: join(root, 'cwd'), LC_ALL: 'C.UTF-8' },
    ready: () => void (before = standing(root, out)),
    faults: () => {
      const now = standing(root, out);
      const added = now.filter((one) => !before.includes(one)).map((one) => `new: ${one}`);
      const gone = before.filter((one) => !now.includes(one)).map((one) => `gone: ${one}`);
      const ran = readFileSync(record, 'utf8')
        .split('\n')
        .filter((line) => line !== '');
      return [...added, ...gone, ...ran.map((line) => `ran: ${line}`), ...VICTIMS.filter(existsSync).map((path) => `made: ${path}`)];
    },
    // Node removes no name that is no UTF-8
    remove: () => void execFileSync('rm', ['-rf', root]),
  };
}
