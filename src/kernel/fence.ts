import { dirname } from 'node:path';

/** Where the program itself lies inside: Node and the few modules of the agent (one where it is packed), which may stand where nobody else can read. */
export const INSIDE = { node: '/twin/node', agent: '/twin/kernel/agent/main.js' } as const;

/** Owns nothing of the machine (kernel.overflowuid). */
const NOBODY = '65534';
/** Whom no process of the machine is: below the fence that lets mounts be undone is the machine's /proc, in which processes of one's own user are open. */
const STRANGER = '2000000000';
/** Users inside, 0 among them, are so many of the machine from here on, where no machine has any (beyond those of systemd-nspawn and of 16 bits). */
const USERS = '0 2000000000 65536';

/**
 * Makes a root of its own: programs and their settings, read-only, four device files, the program itself, an empty /tmp, and
 * nothing else of the machine: no home, no socket, no other folder. /proc is made anew by what comes after, for which the kernel wants to
 * see the one there was (mount_too_revealing). /sys is the place to start from because every machine has it and no program of ours needs it.
 * $1: Node; $2: the compiled program's folder; $3: folders that are shown as well, a line each; then the command that goes on.
 */
const ROOT = `
umask 022
mount -t tmpfs -o mode=755 none /sys
cd /sys
mkdir -p proc dev run tmp old twin/kernel/agent twin/names twin/address
for d in bin sbin lib lib32 lib64 libx32 usr etc nix gnu opt; do
  if [ -L "/$d" ]; then cp -P "/$d" "$d"; elif [ -d "/$d" ]; then mkdir "$d"; mount --rbind "/$d" "$d"; fi
done
for d in null zero full random urandom; do : >"dev/$d"; mount --bind "/dev/$d" "dev/$d"; done
: >twin/node; chmod 755 twin/node; mount --bind "$1" twin/node
cp "$2"/kernel/agent/*.js twin/kernel/agent; [ ! -e "$2/address/utf8.js" ] || { cp "$2"/names/*.js twin/names; cp "$2"/address/utf8.js twin/address; }; echo '{"type":"module"}' >twin/package.json; chmod -R a+rX twin/kernel twin/names twin/address
mount -t tmpfs -o mode=1777 none tmp
mount --rbind /proc proc
printf %s "$3" | while IFS= read -r at; do mkdir -p ".$at"; mount --rbind "$at" ".$at"; done
shift 3
pivot_root . old
cd /
umount -l old; rmdir old
while read -r _ _ _ _ at _; do case $at in
  /proc|/proc/*|/tmp|/tmp/*) ;;
  *) mount -o remount,bind,ro "$at" ;;
esac; done </proc/self/mountinfo
exec "$@"
`;

/** The processes of the new namespace, over those of the machine. Then the command that goes on. */
const PROCESSES = `
mount -t proc -o nosuid,nodev,noexec proc /proc
exec "$@"
`;

/** What only a process of the new namespaces can make. $1: who owns it; then the command that goes on. */
const PLACES = `
mount -t tmpfs -o mode=755,uid=$1,gid=$1 none /run
shift
ip link set lo up
exec "$@"
`;

/** Gives a process that waits in a user namespace of its own the users it has there. $1: as uid_map takes them; then the process. */
const GIVE_USERS = `
users=$1; shift
exec 3<&0
"$@" <&3 &
child=$!
while [ "$(readlink /proc/self/ns/user)" = "$(readlink "/proc/$child/ns/user")" ]; do kill -0 "$child"; sleep 0.01; done
{ echo "$users" >"/proc/$child/uid_map" && echo "$users" >"/proc/$child/gid_map"; } || { kill "$child"; exit 1; }
wait "$child"
`;

/** Waits for its users, and goes on as root among them. */
const TAKE_USERS = `
until read -r users </proc/self/gid_map; do sleep 0.01; done
exec setpriv --reuid=0 --regid=0 --clear-groups "$@"
`;

const shell = (script: string, ...words: readonly string[]): readonly string[] => ['sh', '-e', '-c', script, 'sh', ...words];

const OWN_MOUNTS = ['--mount', '--propagation', 'private'] as const;
const OWN_PROCESSES = ['--mount', '--pid', '--ipc', '--fork', '--kill-child', '--propagation', 'private'] as const;
const NAMESPACES = ['--net', ...OWN_PROCESSES] as const;

/** All capabilities over namespaces of its own; one user, and that not root: tcpdump, run by root, gives up what it has for another (droproot). */
const ONE_USER = ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--keep-caps'] as const;

/** What is needed to make network namespaces and to work in them. */
const FEW = '-all,+net_admin,+net_raw,+sys_admin';

/** How a sandbox is closed off from the machine. */
export interface Fence {
  /** The first program, and what it is given. */
  readonly command: readonly [string, ...string[]];
}

/** What is inside. */
export interface Contents {
  /** Path of Node and of the compiled agent. */
  readonly node: string;
  readonly agent: string;
  /** Folders that are shown as well: read-only but for those in /tmp. */
  readonly shown: readonly string[];
  /** What runs there as the first process. */
  readonly command: readonly string[];
}

/** @returns what ROOT is given. */
function rootWords({ node, agent, shown }: Contents): readonly string[] {
  return [node, dirname(dirname(dirname(agent))), shown.map((folder) => `${folder}\n`).join('')];
}

/**
 * Fences to try, the strongest first. In all but the last, what is mounted belongs to a user namespace above the last one, where it can
 * be neither undone nor made writable (MNT_LOCK_READONLY of copy_tree); nobody inside is root or owns a file outside, so
 * that files and parameters (/proc/sys, but for those of its networks) cannot be written even where a mount would let them.
 * As root: 65,536 users of its own, else one; where the machine lets root make no user namespace, one whom nothing of the machine belongs to, or nobody,
 * with three capabilities. As another: one user.
 * @param isRoot whether this process is root.
 */
export function fences(contents: Contents, isRoot: boolean): readonly Fence[] {
  const start = shell('mkdir /run/netns; exec "$@"', ...contents.command);
  const closed = shell(ROOT, ...rootWords(contents));
  // once more a user namespace: below the /proc that was mounted is the machine's, in which processes of the same user are open to it, their
  // roots and folders too; whoever is in the inner one cannot take off what the outer one put over it
  const inside = [...ONE_USER, '--net', ...OWN_MOUNTS, ...shell(PLACES, '1000', ...start)];
  const asOne = [...ONE_USER, ...OWN_PROCESSES, ...shell(PROCESSES, ...inside)];
  if (!isRoot) return [{ command: ['unshare', '--user', '--map-root-user', ...OWN_MOUNTS, ...closed, ...asOne] }];
  const places = (owner: string, command: readonly string[]): readonly string[] => shell(PROCESSES, ...shell(PLACES, owner, ...command));
  const waiting = ['unshare', '--user', '--keep-caps', ...shell(TAKE_USERS, 'unshare', ...NAMESPACES, ...places('0', start))];
  const asNobody = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
  // kept for the step itself only: some machines let no one else make user namespaces
  const mayUnshare = ['--inh-caps=+sys_admin', '--ambient-caps=+sys_admin'];
  const few = (user: string): readonly string[] => [
    ...['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'],
    ...['--no-new-privs', `--bounding-set=${FEW}`, `--inh-caps=${FEW}`, `--ambient-caps=${FEW}`],
  ];
  return [
    { command: ['unshare', ...OWN_MOUNTS, ...closed, ...shell(GIVE_USERS, USERS, ...waiting)] },
    { command: ['unshare', ...OWN_MOUNTS, ...closed, ...asNobody, ...mayUnshare, ...asOne] },
    ...[STRANGER, NOBODY].map((user): Fence => ({
      command: ['unshare', ...NAMESPACES, ...closed, ...places(user, [...few(user), ...start])],
    })),
  ];
}
