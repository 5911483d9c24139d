import { chmodSync, existsSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCap } from '../../src/capture/record/live.js';
import { openSandbox, type Ran, type Sandbox } from '../../src/kernel/sandbox.js';
import { whyNoTwin } from './machine.js';
import { AGENT } from './trial.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
const CLI = join(ROOT, 'dist/cli.js');
const ASK = 'web 198.51.100.1 80';

const why = await whyNoTwin();
const cap = await loadCap();
if (cap === undefined) process.stdout.write('nothing is recorded live: the package cap or libpcap is not installed\n');

/** A host with a bridge, a container's namespace behind it and a machine outside. */
const WORLD = `set -e
mount -t tmpfs tmpfs /run && mkdir -p /run/netns
ip netns add web; ip netns add far
ip link add up0 type veth peer name h0 netns far
ip addr add 198.51.100.10/24 dev up0; nsenter --net=/run/netns/far ip addr add 198.51.100.1/24 dev h0
ip link add docker0 type bridge; ip addr add 172.17.0.1/16 dev docker0
ip link add vethweb type veth peer name eth0 netns web; ip link set vethweb master docker0
nsenter --net=/run/netns/web ip addr add 172.17.0.2/16 dev eth0
for d in lo up0 docker0 vethweb; do ip link set $d up; done
nsenter --net=/run/netns/far ip link set h0 up; nsenter --net=/run/netns/web ip link set eth0 up
nsenter --net=/run/netns/web ip route add default via 172.17.0.1
sysctl -qw net.ipv4.ip_forward=1
iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
`;

const LIST = `ip -j -d addr show > ip-addr.json; ip -j -d route show table all > ip-route.json; ip -j rule show > ip-rule.json
ip -j neigh show > ip-neigh.json; bridge -j -d link > bridge-link.json; bridge -j fdb > bridge-fdb.json
iptables-save > iptables-save.txt; sysctl -a 2>/dev/null | grep ^net > sysctl.txt; ss -H -tulpn > ss.txt
`;

/** Nobody listens outside: the answer is a reset, which crosses every interface too. */
const KNOCK = `nsenter --net=/run/netns/web bash -c 'exec 3<>/dev/tcp/198.51.100.1/80' 2>/dev/null`;

describe.skipIf(why !== undefined)('capture, with real packets', () => {
  let folder = '';
  let sandbox: Sandbox | undefined;
  const shell = async (script: string): Promise<Ran> => {
    if (sandbox === undefined) throw new Error('there is no sandbox');
    return sandbox.run(['bash', '-c', `cd ${folder}; ${script}`]);
  };
  const ask = (options: string): string => {
    const [from, to, port] = ASK.split(' ');
    return `${process.execPath} ${CLI} capture --snapshot snap --from ${from} --to ${to} --port ${port} ${options}`;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'live-'));
    for (const place of ['host', 'netns/web']) mkdirSync(join(folder, 'snap', place), { recursive: true });
    // who runs inside owns nothing here
    for (const place of ['', 'snap', 'snap/host', 'snap/netns', 'snap/netns/web']) chmodSync(join(folder, place), 0o777);
    sandbox = await openSandbox({ agent: AGENT, shown: [ROOT, folder] });
    writeFileSync(join(folder, 'list.sh'), LIST);
    const made = await shell(WORLD);
    expect(made.err).toBe('');
    await shell(`cd snap/host && sh ../../list.sh; cd ../netns/web && nsenter --net=/run/netns/web sh ../../../list.sh`);
  }, 60_000);

  afterAll(async () => {
    await sandbox?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const placed = async (): Promise<unknown> => {
    const pcaps = ['vethweb', 'docker0', 'up0'].map((iface) => `--pcap host:${iface}=host.${iface}.pcap`).join(' ');
    const { out } = await shell(`${process.execPath} ${CLI} --snapshot snap --from web --to 198.51.100.1 --port 80 --format json ${pcaps}`);
    const { captures } = JSON.parse(out) as { captures: { verdict: string; hops: { status: string }[]; shown: { outcome: string } } };
    return { verdict: captures.verdict, hops: captures.hops.map(({ status }) => status), outcome: captures.shown.outcome };
  };
  const SEEN = { verdict: 'partly', hops: ['not-observable', 'seen', 'seen', 'seen'], outcome: 'refused' };

  it('the printed commands, as pasted', async () => {
    const { out } = await shell(ask(''));
    const commands = out.split('\n').filter((line) => line.startsWith('tcpdump '));
    expect(commands).toHaveLength(3);
    await shell(`${commands.join('\n')}\nsleep 1; ${KNOCK}; sleep 1; kill $(jobs -p); wait`);
    expect(await placed()).toEqual(SEEN);
  });

  describe.skipIf(cap === undefined || !existsSync(CLI))('live', () => {
    it('until the flow was seen at every interface', async () => {
      const { err, code } = await shell(`(sleep 2; ${KNOCK}) & ${ask('--live --seconds 20')}`);
      expect(err).toContain('the flow was seen at every interface: host.vethweb.pcap 2, host.docker0.pcap 2, host.up0.pcap 2\n');
      expect(code).toBe(0);
      expect(await placed()).toEqual(SEEN);
    });

    it('until the time is over', async () => {
      const { err, code } = await shell(ask('--live --seconds 1'));
      expect(err).toContain('1 seconds are over: host.vethweb.pcap 0, host.docker0.pcap 0, host.up0.pcap 0; the flow was not seen at');
      expect(code).toBe(1);
    });

    it('until Ctrl-C, and what was recorded stays', async () => {
      const { err, code } = await shell(
        `iptables -I FORWARD -j DROP; ${ask('--live')} & p=$!; sleep 2; ${KNOCK} & sleep 0.5; kill -INT $p; wait $p; c=$?; iptables -D FORWARD 1; exit $c`,
      );
      expect(err).toContain('stopped: host.vethweb.pcap 1, host.docker0.pcap 1, host.up0.pcap 0; the flow was not seen at up0');
      expect(code).toBe(1);
    });
  });
});
