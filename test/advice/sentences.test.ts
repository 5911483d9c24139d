import { describe, expect, it } from 'vitest';
import { advise } from '../../src/advice/index.js';
import { createMachine, traceFlow, type Machine } from '../../src/datapath/index.js';
import type { FlowRequest } from '../../src/model/trace.js';
import { sentenceOf } from '../../src/report/trace/words/sentence.js';
import { loadSnapshot } from '../../src/snapshot/load.js';

const machines = new Map<string, Promise<Machine>>();

async function told(folder: string, flow: FlowRequest): Promise<string> {
  const known = machines.get(folder) ?? loadSnapshot(`fixtures/${folder}`).then((host) => createMachine(host));
  machines.set(folder, known);
  const machine = await known;
  return sentenceOf(advise(machine, flow, traceFlow(machine, flow)));
}

const tcp = (from: string, to: string, dport: number): FlowRequest => ({ from, to, dport, proto: 'tcp' });

/** What each answer comes to, in a sentence: who, where, and why, by names. */
describe('the sentence of an answer', () => {
  it.each<[folder: string, flow: FlowRequest, sentence: string]>([
    // an address of a container goes by the container's name
    [
      'hosts/docker20-bridge',
      tcp('admin', '172.30.0.3', 80),
      'admin is on network bridge, app (172.30.0.3) on network appnet; Docker keeps networks apart.',
    ],
    [
      'hosts/docker20-bridge',
      tcp('app', '172.30.0.2', 5432),
      'app reaches db (172.30.0.2): both are on network appnet, and a program listens on tcp port 5432.',
    ],
    [
      'hosts/docker20-bridge',
      tcp('admin', '127.0.0.1', 22),
      'admin comes to itself (127.0.0.1), where nothing listens on tcp port 22; it listens on 80.',
    ],
    // a port that is open at another address is not called closed
    [
      'hosts/docker20-bridge',
      tcp('internet', '172.17.0.1', 6379),
      'The internet comes to 172.17.0.1 (the host), where tcp port 6379 is open for 198.51.100.10 alone.',
    ],
    [
      'hosts/docker28-noproxy',
      tcp('internet', '198.51.100.10', 9090),
      'The internet comes to 198.51.100.10 (the host), where tcp port 9090 is open on loopback alone: only programs inside reach it.',
    ],
    // who has no route, no neighbour, no forwarding
    ['hosts/docker28-dual', tcp('v4only', '2001:db8:8::8', 443), 'v4only has no route to 2001:db8:8::8.'],
    ['hosts/nobrnf20', tcp('app', '172.30.0.77', 80), 'Nobody on network backend answers for 172.30.0.77.'],
    ['hosts/ctrnat26', tcp('c2', '203.0.113.203', 443), 'Nobody on network lan answers for 172.30.0.99.'],
    ['hosts/macvlan20', tcp('host', '198.51.100.130', 80), 'Nobody on the link of up0 answers for 198.51.100.130.'],
    ['hosts/ctrnat26', tcp('c2', '203.0.113.200', 443), 'A route or policy rule of c2 says not to send to 203.0.113.200.'],
    ['hosts/fwd20', tcp('web', '172.30.0.2', 5432), 'The host passes nothing on from one interface to another: forwarding is off.'],
    [
      'hosts/fwd20',
      tcp('app', '172.30.0.1', 6010),
      'The host lets nothing in by br-back (network backend) from 172.30.0.3 to 127.0.0.1: a loopback, broadcast or own address never comes from there.',
    ],
    ['hosts/match20', tcp('web', '203.0.113.8', 8443), 'It has passed as many routers as its TTL allows when it comes to the host.'],
    [
      'podman-hosts/podman4',
      tcp('web', '198.51.100.10', 8080),
      'web asks for itself by an address of the host, and a bridge sends nothing back by the port it came from (hairpin mode is off).',
    ],
    // a proxy hands it on, or cannot; the answer is what is stopped
    [
      'hosts/ctrnat26',
      tcp('c1', '198.51.100.10', 8443),
      'c1 reaches rider by tcp port 8443 of 198.51.100.10 (the host); a proxy of the host hands it on.',
    ],
    [
      'hosts/fwd20',
      tcp('host', '127.0.0.1', 8080),
      'A proxy of the host takes the connection and cannot hand it on. The firewall of this host lets out of the host only what a rule allows, and no rule allows tcp port 80 from the proxy to web.',
    ],
    [
      'hosts/docker20-bridge',
      { from: 'db', to: '172.17.0.1', dport: 5353, proto: 'udp' },
      'A proxy of the host takes the connection and opens one of its own to app. What db asks arrives, and the answer comes from another address or goes elsewhere, so that db ignores it.',
    ],
    [
      'hosts/nat20',
      { from: 'web', to: '203.0.113.8', dport: 123, proto: 'udp' },
      'web gets out to 203.0.113.8, outside this host, and an answer would be lost on its way back. The host (by Docker’s default, or yours) forwards only what a rule allows, and no rule allows the answer to web of 203.0.113.8, outside this host.',
    ],
    [
      'hosts/ctrnat26',
      { from: 'host', to: '172.17.0.2', proto: 'icmp' },
      'What the host sends comes to strict (172.17.0.2), and the answer is lost on its way back. The firewall of this host lets out of the host only what a rule allows, and no rule allows the answer to the host of strict (172.17.0.2).',
    ],
    [
      'hosts/nat20',
      tcp('db', '198.51.100.10', 8080),
      'Docker only holds tcp port 8080 of the host, and the rules that lead to the container do not catch what db sends.',
    ],
  ])('%s %j', async (folder, flow, sentence) => {
    expect(await told(folder, flow)).toBe(sentence);
  });
});
