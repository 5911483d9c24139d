import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { release } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export const ADDRESSES = {
  a: { 4: '10.1.0.2', 6: 'fd01::2' },
  rToA: { 4: '10.1.0.1', 6: 'fd01::1' },
  rToB: { 4: '10.2.0.1', 6: 'fd02::1' },
  b: { 4: '10.2.0.2', 6: 'fd02::2' },
  b2: { 4: '10.2.0.3', 6: 'fd02::3' },
  c: { 4: '10.3.0.2', 6: 'fd03::2' },
  d: { 4: '10.3.0.3', 6: 'fd03::3' },
  rToBridge: { 4: '10.3.0.1', 6: 'fd03::1' },
} as const;

export const SERVED = {
  r: ['tcp:22', 'udp:53', 'tcp:8080'],
  b: ['tcp:80', 'tcp:22', 'udp:53'],
  d: ['tcp:80', 'tcp:22', 'udp:53'],
} as const;

export const CLIENTS = ['a', 'c', 'r'] as const;
export type Client = (typeof CLIENTS)[number];
export const NAMESPACES = ['a', 'b', 'c', 'd', 'r'] as const;
export type Namespace = (typeof NAMESPACES)[number];

/** A flow to be sent: from the client's namespace, or from the router itself. */
export interface LabFlow {
  readonly id: string;
  readonly from: Client;
  readonly family: 4 | 6;
  readonly proto: 'tcp' | 'udp';
  readonly src?: string;
  readonly sport: number;
  readonly dst: string;
  readonly dport: number;
}

/** A client, a router with the rules under trial and a server, and two machines on the router's bridge, each in a namespace of its own, with what answers in them. */
export class Lab {
  private readonly name = `dtp${process.pid}`;
  private readonly children: ChildProcess[] = [];
  private readonly senders = new Map<Client, (line: string) => Promise<string>>();

  /** Whether the router has rules of iptables-legacy just now. */
  legacyInUse = false;
  private kept: ReadonlyMap<string, string> | undefined;

  /** @returns the listings of every namespace that no rule set changes. */
  common(): ReadonlyMap<string, string> {
    return (this.kept ??= new Map([
      ['meta.json', JSON.stringify({ format: 'dtrace-path-snapshot/1', hostname: 'lab', kernel: release() })],
      ...NAMESPACES.flatMap((one) => [...this.listings(one, one === 'r' ? 'host' : `netns/${one}`)]),
    ]));
  }

  netns(which: Namespace): string {
    return `${this.name}-${which}`;
  }

  run(which: Namespace, command: readonly string[], input?: string): string {
    return execFileSync('ip', ['netns', 'exec', this.netns(which), ...command], {
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(input !== undefined && { input }),
    });
  }

  private sh(script: string): void {
    execFileSync('sh', ['-ec', script], { stdio: ['ignore', 'ignore', 'pipe'] });
  }

  async up(): Promise<void> {
    const [a, b, c, d, r] = NAMESPACES.map((one) => this.netns(one));
    this.sh(`
      for n in ${a} ${b} ${c} ${d} ${r}; do ip netns add $n; ip -n $n link set lo up; ip netns exec $n sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0; done
      ip -n ${r} link add a0 type veth peer name eth0 netns ${a}
      ip -n ${r} link add b0 type veth peer name eth0 netns ${b}
      ip -n ${r} addr add 10.1.0.1/24 dev a0; ip -n ${r} addr add fd01::1/64 dev a0 nodad
      ip -n ${r} addr add 10.2.0.1/24 dev b0; ip -n ${r} addr add fd02::1/64 dev b0 nodad
      ip -n ${a} addr add 10.1.0.2/24 dev eth0; ip -n ${a} addr add fd01::2/64 dev eth0 nodad
      ip -n ${b} addr add 10.2.0.2/24 dev eth0; ip -n ${b} addr add fd02::2/64 dev eth0 nodad
      ip -n ${b} addr add 10.2.0.3/24 dev eth0; ip -n ${b} addr add fd02::3/64 dev eth0 nodad
      ip -n ${r} link add br0 type bridge; ip -n ${r} link set br0 up
      ip -n ${r} addr add 10.3.0.1/24 dev br0; ip -n ${r} addr add fd03::1/64 dev br0 nodad
      for x in "c ${c} 2" "d ${d} 3"; do
        set -- $x; ip -n ${r} link add \${1}0 type veth peer name eth0 netns $2; ip -n ${r} link set \${1}0 master br0 up; ip -n $2 link set eth0 up
        ip -n $2 addr add 10.3.0.$3/24 dev eth0; ip -n $2 addr add fd03::$3/64 dev eth0 nodad
        ip -n $2 route add default via 10.3.0.1; ip -n $2 -6 route add default via fd03::1
      done
      for x in "${r} a0" "${r} b0" "${a} eth0" "${b} eth0"; do set -- $x; ip -n $1 link set $2 up; done
      mac() { ip -n $1 link show $2 | sed -n 's/.*ether \\([^ ]*\\).*/\\1/p'; }
      # neighbours are known for good: rules of one trial may drop what asks for them, and the next would inherit it
      known() { ip -n $1 neigh replace $3 lladdr $(mac $4 $5) nud permanent dev $2; }
      for x in 10.1.0.2 fd01::2; do known ${r} a0 $x ${a} eth0; done; for x in 10.1.0.1 fd01::1; do known ${a} eth0 $x ${r} a0; done
      for x in 10.2.0.2 10.2.0.3 fd02::2 fd02::3; do known ${r} b0 $x ${b} eth0; done; for x in 10.2.0.1 fd02::1; do known ${b} eth0 $x ${r} b0; done
      for x in 10.3.0.2 fd03::2; do known ${r} br0 $x ${c} eth0; known ${d} eth0 $x ${c} eth0; done
      for x in 10.3.0.3 fd03::3; do known ${r} br0 $x ${d} eth0; known ${c} eth0 $x ${d} eth0; done
      for x in 10.3.0.1 fd03::1; do known ${c} eth0 $x ${r} br0; known ${d} eth0 $x ${r} br0; done
      ip -n ${a} route add default via 10.1.0.1; ip -n ${a} -6 route add default via fd01::1
      ip -n ${b} route add default via 10.2.0.1; ip -n ${b} -6 route add default via fd02::1
      ip netns exec ${r} sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
      for n in ${a} ${b} ${c} ${d} ${r}; do ip netns exec $n sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0; done
    `);
    for (const which of ['r', 'b', 'd'] as const) {
      const command = ['netns', 'exec', this.netns(which), process.execPath, here('./serve.mjs'), ...SERVED[which]];
      const child = spawn('ip', command, { stdio: ['pipe', 'pipe', 'ignore'] });
      this.children.push(child);
      await new Promise((ready) => child.stdout.once('data', ready));
    }
    for (const which of CLIENTS) this.startSender(which);
  }

  private startSender(which: Client): void {
    const child = spawn('ip', ['netns', 'exec', this.netns(which), process.execPath, here('./send.mjs')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.children.push(child);
    const lines = createInterface({ input: child.stdout });
    this.senders.set(which, (line) => {
      const answer = new Promise<string>((done) => lines.once('line', done));
      child.stdin.write(`${line}\n`);
      return answer;
    });
  }

  /** @returns what the client saw of each flow. */
  async send(from: Client, flows: readonly LabFlow[]): Promise<readonly string[]> {
    const sender = this.senders.get(from);
    if (flows.length === 0 || sender === undefined) return [];
    return (JSON.parse(await sender(JSON.stringify(flows))) as unknown[]).map(String);
  }

  private async probe(sport: number): Promise<void> {
    await this.send('r', [{ id: 'probe', from: 'r', family: 4, proto: 'udp', sport, dst: '127.0.0.9', dport: 9 }]);
  }

  /** Starts to read the kernel's own trace of the router. */
  async monitor(): Promise<{ stop(): Promise<string> }> {
    const child = spawn('ip', ['netns', 'exec', this.netns('r'), 'stdbuf', '-oL', 'nft', '-a', '-nn', 'monitor', 'trace'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (data: string) => (text += data));
    const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
    // a packet of ours that shows tells that all before it was told
    const mark = async (sport: number): Promise<void> => {
      for (let tries = 0; !text.includes(`udp sport ${sport} `) && tries < 100; tries++) {
        await this.probe(sport);
        await pause(20);
      }
    };
    await mark(41_998);
    return {
      stop: async () => {
        await mark(41_999);
        const closed = new Promise((done) => child.on('close', done));
        child.kill('SIGTERM');
        await closed;
        return text;
      },
    };
  }

  /** @returns the listings of a namespace, as a snapshot names them. */
  listings(which: Namespace, directory: string): ReadonlyMap<string, string> {
    const commands: readonly (readonly [string, readonly string[]])[] = [
      ['ip-addr.json', ['ip', '-j', '-d', 'addr', 'show']],
      ['ip-route.json', ['ip', '-j', '-d', 'route', 'show', 'table', 'all']],
      ['ip6-route.json', ['ip', '-6', '-j', '-d', 'route', 'show', 'table', 'all']],
      ['ip-rule.json', ['ip', '-j', 'rule', 'show']],
      ['ip6-rule.json', ['ip', '-6', '-j', 'rule', 'show']],
      ['bridge-link.json', ['bridge', '-j', '-d', 'link', 'show']],
      ['bridge-fdb.json', ['bridge', '-j', 'fdb', 'show']],
      ['ip-neigh.json', ['ip', '-j', 'neigh', 'show']],
      ['ss.txt', ['ss', '-H', '-tulpn']],
      ['sysctl.txt', ['sysctl', '-a', '-r', '^net\\.']],
      ['iptables-save.txt', ['iptables-save']],
      ['ip6tables-save.txt', ['ip6tables-save']],
    ];
    return new Map(commands.map(([name, command]) => [`${directory}/${name}`, this.run(which, command)]));
  }

  down(): void {
    for (const child of this.children) child.stdin?.end();
    for (const which of NAMESPACES) {
      try {
        execFileSync('ip', ['netns', 'del', this.netns(which)], { stdio: 'ignore' });
      } catch {
        // it was never made
      }
    }
  }
}
