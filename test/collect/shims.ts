import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Programs by name, each a shell script: what a host answers that exists only in a test. */
const PROGRAMS: Readonly<Record<string, string>> = {
  docker: `case "$*" in
  "version --format {{.Server.Version}}") echo 28.5.2 ;;
  "version --format {{json .}}") echo '{"Server":{"Version":"28.5.2"}}' ;;
  "info --format {{json .}}") echo '{"Name":"h","HttpProxy":"http://user:SECRET@proxy","Labels":["token=SECRET","a=]"],"Swarm":{"LocalNodeState":"inactive"}}' ;;
  "ps -aq --no-trunc") printf 'c1\\nc2\\nc3\\n' ;;
  "ps -q --no-trunc") printf 'c1\\nc2\\nc3\\n' ;;
  "network ls -q --no-trunc") echo n1 ;;
  *"{{.State.Pid}} {{.HostConfig.NetworkMode}} {{.Name}}"*) printf '%s bridge /web\\n0 bridge /stopped\\n%s host /hosty\\n' $$ $$ ;;
  "inspect --type container --format "*) printf '{"Id":"c1","Name":"/web","HostConfig":{}}\\n{"Id":"c2","Name":"/stopped","HostConfig":{}}\\n' ;;
  "inspect --type container c1 c2 c3") echo '[{"Id":"c1","Name":"/web","HostConfig":{},"Config":{"Env":["A=SECRET"]}}]' ;;
  "network inspect --format "*) echo '{"Id":"n1","Name":"bridge","Driver":"bridge"}' ;;
  "network inspect n1") echo '[{"Id":"n1","Name":"bridge","Driver":"bridge","Labels":{"a":"SECRET"}}]' ;;
  *) echo "docker: what is $*" >&2; exit 1 ;;
esac`,
  nsenter: 'case "$1" in --net=/proc/*/ns/net) shift ;; *) exit 1 ;; esac; exec "$@"',
  ip: `case "$*" in
  *addr*) echo '[{"ifname":"lo"}]' ;;
  *neigh*) case "$*" in *-j*) echo 'Option "-j" is unknown' >&2; exit 255 ;; *) echo '10.0.0.1 dev eth0 FAILED' ;; esac ;;
  *) echo '[]' ;;
esac`,
  'iptables-save': "printf '*filter\\n-A INPUT -m set --match-set bad src -j DROP\\nCOMMIT\\n'",
  'ip6tables-save': ':',
  ipset: 'echo "create bad hash:ip family inet"',
  brctl: "echo 'bridge name\tbridge id\tSTP enabled\tinterfaces'",
  ss: "echo 'tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*'",
  sysctl:
    "printf 'kernel.ostype = Linux\\nnet.ipv4.ip_forward = 1\\nnet.ipv6.conf.lo.stable_secret = SECRET\\nnet.ipv4.tcp_fastopen_key = SECRET\\n'; exit 255",
  nft: 'echo "Operation not permitted" >&2; exit 1',
};

/** @returns a folder of such programs, to stand first in PATH. `bridge` is one that fails, so that brctl stands in. */
export async function shimFolder(): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'dtrace-path-test-')), 'bin');
  await mkdir(folder);
  for (const [name, script] of Object.entries({ ...PROGRAMS, bridge: 'echo "Object \\"bridge\\" is unknown" >&2; exit 1' })) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}
