import { describe, expect, test } from 'vitest';
import { createMachine, traceFlow, unknownNameIn } from '../../../src/datapath/index.js';
import { nearestNames } from '../../../src/datapath/endpoints/nearest-name.js';
import { withRemedy } from '../../../src/change/index.js';
import type { FlowRequest, Trace } from '../../../src/model/trace.js';
import { buildHost, type Space } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

interface Inspected {
  readonly Name: string;
  readonly running: boolean;
  readonly ip?: string;
  readonly ports?: Readonly<Record<string, string>>;
}

const bindings = (ports: Readonly<Record<string, string>>): object =>
  Object.fromEntries(Object.entries(ports).map(([key, HostPort]) => [key, [{ HostIp: '', HostPort }]]));

function inspect({ Name, running, ip = '', ports = {} }: Inspected): object {
  return {
    Id: Name.padEnd(64, '0').replace(/[^0-9a-f]/g, '0'),
    Name: `/${Name}`,
    State: { Running: running, Pid: running ? 4242 : 0 },
    Config: { Image: 'lab:1' },
    HostConfig: { NetworkMode: 'bridge', PortBindings: bindings(ports) },
    NetworkSettings: { Ports: running ? bindings(ports) : {}, Networks: { bridge: { IPAddress: ip, IPPrefixLen: 16 } } },
  };
}

function ask(host: Partial<Space>, containers: readonly Inspected[], flow: FlowRequest): Trace {
  const machine = createMachine(buildHost(lab(host), { 'containers.json': containers.map(inspect) }));
  return withRemedy(machine, flow, traceFlow(machine, flow));
}

const closed: Partial<Space> = { iptables: { filter: ['-P FORWARD DROP'] } };
const POLICY = "no rule of host's filter FORWARD matched, and its policy is DROP";
const bridge = (change: object): Partial<Space> => ({
  ...closed,
  links: [
    { name: 'eth0', index: 2, addrs: ['192.0.2.10/24'] },
    { name: 'docker0', index: 3, kind: 'bridge', addrs: ['172.17.0.1/16'], ...change },
  ],
  ports: [],
});

describe('nobody is there: that is the cause, and no rule is offered', () => {
  const inside: FlowRequest = { from: 'internet', to: '172.17.0.9', dport: 80 };

  test.each<[string, Partial<Space>, readonly Inspected[], FlowRequest, readonly unknown[]]>([
    [
      'a container that is stopped, by its address',
      closed,
      [{ Name: 'old', running: false, ip: '172.17.0.9' }],
      inside,
      ['timeout', `old, whose address that is, is not running; ${POLICY}`, 'docker/containers.json'],
    ],
    [
      'by the port that it would publish',
      {},
      [{ Name: 'old', running: false, ports: { '80/tcp': '8080' } }],
      { from: 'internet', to: 'host', dport: 8080 },
      [
        'refused',
        'old, which publishes tcp port 8080, is not running; nothing listens on tcp 192.0.2.10:8080 in host',
        'docker/containers.json',
      ],
    ],
    [
      'a bridge that is down',
      bridge({ down: true }),
      [],
      inside,
      ['timeout', `docker0, the bridge to that network, is down; ${POLICY}`, 'host/ip-addr.json'],
    ],
    [
      'a bridge without a port',
      bridge({ noCarrier: true }),
      [],
      inside,
      ['timeout', `no container is attached to docker0, the bridge to that network (NO-CARRIER); ${POLICY}`, 'host/ip-addr.json'],
    ],
    ['a bridge that is up', closed, [], inside, ['timeout', POLICY, 'host/iptables-save.txt']],
  ])('%s', (_, host, containers, flow, told) => {
    const { outcome, reason, decidedBy, remedy } = ask(host, containers, flow);
    expect([outcome, reason, decidedBy?.file]).toEqual(told);
    expect(remedy).toBeUndefined();
  });
});

describe('the door that is meant', () => {
  const web: Inspected = { Name: 'web', running: true, ip: '172.17.0.2', ports: { '80/tcp': '8080' } };
  const DOOR = '; web publishes its tcp port 80 as port 8080 of the host: ask for --to host --port 8080';

  test.each<[FlowRequest, boolean]>([
    [{ from: 'internet', to: 'web', dport: 8080 }, true],
    [{ from: 'internet', to: 'web:80' }, true],
    [{ from: '203.0.113.8', to: 'web:8080' }, true],
    [{ from: 'db', to: 'web:8080' }, true],
    [{ from: 'internet', to: 'web:9999' }, false],
    [{ from: 'internet', to: '172.17.0.2', dport: 8080 }, false],
  ])('%j', (flow, told) => {
    const { outcome, reason } = ask(closed, [web], flow);
    expect([outcome === 'connected', reason.endsWith(DOOR)]).toEqual([false, told]);
  });

  test('who gets through needs no hint', () => {
    expect(ask({}, [web], { from: 'db', to: 'web:80' }).reason).not.toContain('publishes');
  });
});

describe('names', () => {
  test.each<[string, readonly string[]]>([
    ['wbe', ['web']],
    ['WEB', ['web']],
    ['databse', ['database']],
    ['base', ['database']],
    ['hsot', ['host']],
    ['nonesuch', []],
    ['', []],
  ])('%s', (name, near) => {
    expect(nearestNames(name, ['host', 'internet', 'web', 'database'])).toEqual(near);
  });

  test('only a name is a slip', () => {
    const machine = createMachine(buildHost(lab()));
    const said = (flow: FlowRequest): string | undefined => unknownNameIn(machine, flow);
    expect(said({ from: 'wbe', to: 'db', dport: 53 })).toBe(
      'nothing in the snapshot is called "wbe" (did you mean web?); it knows host, web, db, and takes `host`, `internet`, `lan` or an IP address',
    );
    expect(said({ from: 'web', to: 'db', dport: 53 })).toBeUndefined();
    expect(said({ from: 'web', to: '203.0.113.8' })).toBeUndefined();
  });
});
