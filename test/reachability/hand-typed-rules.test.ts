import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow, type Machine } from '../../src/datapath/index.js';
import { explain } from '../../src/explain/index.js';
import type { MatrixResult, Matrix } from '../../src/model/reachability.js';
import { reachabilityMatrix } from '../../src/reachability/matrix.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { edit, machineOf, recorded, rule, type Files } from '../audit/hosts.js';

type Change = (files: Files) => void;

function host(...changes: readonly Change[]): Machine {
  const files = recorded('docker28-bridge');
  for (const change of changes) change(files);
  return machineOf(files);
}

const chain = (name: string): Change => edit('host/iptables-save.txt', (text) => text.replace('*filter\n', `*filter\n:${name} - [0:0]\n`));

function cell(matrix: Matrix, source: string, service: string): MatrixResult | undefined {
  const s = matrix.sources.findIndex(({ name }) => name === source);
  const v = matrix.services.findIndex(({ name }) => name === service);
  return matrix.results[matrix.cells[s]?.[v] ?? -1];
}

/** Who gets to the published port 8080, and from which ports, as the matrix and single flows say. */
function asked(machine: Machine): readonly unknown[] {
  const found = cell(reachabilityMatrix(machine), 'outside', 'host:8080/tcp');
  const ways = [1023, 1024, 2000, 2001].map((sport) => {
    const flow = { from: 'internet', to: '198.51.100.10', proto: 'tcp', dport: 8080, sport } as const;
    return traceFlow(machine, flow).outcome;
  });
  return [found?.reach, ...ways];
}

const PART = ['partial', 'connected', 'timeout', 'timeout', 'connected'];

describe('rules as people type them', () => {
  it.each([
    ['-A DOCKER-USER -p tcp -m comment --comment "until May: -j DROP" -j OURS', '-A OURS -p tcp -m tcp --sport 1024:2000 -j DROP'],
    ['-A DOCKER-USER -p tcp -m comment --comment "was -g GONE" --goto OURS', '-A OURS -p tcp -m tcp --sport 1024:2000 -j DROP'],
    ['-A DOCKER-USER --jump OURS -m comment --comment "or -j ACCEPT"', '-A OURS -p tcp -m multiport --sports 1024:2000 -j DROP'],
    ['-A DOCKER-USER -p tcp --sport=1024:2000 -j DROP'],
    ['-A DOCKER-USER --protocol tcp --source-port 1024:2000 --jump DROP'],
    ['-A DOCKER-USER --proto tcp --sport 1024:2000 -j DROP'],
    ['-A DOCKER-USER -p 6 -m comment --comment "--sport 1:65535" -m tcp --sport 1024:2000 -j DROP'],
    [
      '-A DOCKER-USER -p tcp -m tcp ! --sport 1024:2000 -j RETURN',
      '-A DOCKER-USER -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP',
    ],
  ])('a cell is partial: %s', (...lines) => {
    expect(asked(host(chain('OURS'), ...lines.map((line) => rule('filter', line))))).toEqual(PART);
  });

  it.each(['--jump DNAT --to-destination 172.17.0.2:80', '--jump DNAT --to-destination=172.17.0.2:80', '-j DNAT --to 172.17.0.2:80'])(
    'a translation is made: %s',
    (target) => {
      const only = edit('host/iptables-save.txt', (text) =>
        text.replace(/\*nat\n[^]*?COMMIT/, `*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING --protocol tcp --dport 8080 ${target}\nCOMMIT`),
      );
      const trace = traceFlow(host(only), { from: 'internet', to: '198.51.100.10', proto: 'tcp', dport: 8080 });
      const translated = trace.rules.some(({ table, verdict }) => table === 'nat' && verdict === 'DNAT');
      expect([trace.outcome, translated]).toEqual(['connected', true]);
    },
  );

  it.each(['was -m u32 once', '-m bpf', '-m set --match-set gone src', '-m recent --set --name DEFAULT'])(
    'a remark says nothing: %s',
    (words) => {
      const plain = reachabilityMatrix(host(rule('filter', '-A DOCKER-USER -i up0 -p tcp -m tcp --dport 443 -j DROP')));
      const noted = reachabilityMatrix(
        host(rule('filter', `-A DOCKER-USER -i up0 -p tcp -m tcp --dport 443 -m comment --comment "${words}" -j DROP`)),
      );
      const without = (matrix: Matrix): string => JSON.stringify(matrix).replaceAll(` -m comment --comment \\"${words}\\"`, '');
      expect(without(noted)).toBe(without(plain));
    },
  );

  it.each([
    ['-A DOCKER-USER -m comment --comment "-m recent --set --name seen" -j LOG', 'connected'],
    ['-A DOCKER-USER -m comment --comment "--name other" -m recent --set --name seen --rsource -j LOG', 'unknown'],
    ['-A DOCKER-USER --match recent --name "seen" --set', 'unknown'],
  ])('a list of recent addresses is written by a rule that says so: %s', (first, outcome) => {
    const files = recorded('docker28-bridge');
    rule('filter', first)(files);
    rule('filter', '-A DOCKER-USER -p tcp -m recent --rcheck --name seen --rsource -j DROP')(files);
    const machine = createMachine(loadFiles(files), { assume: new Map([['fresh', []]]) });
    expect(traceFlow(machine, { from: 'internet', to: '198.51.100.10', proto: 'tcp', dport: 8080 }).outcome).toBe(outcome);
  });

  it('explain lists the rules that name a port, and no others', () => {
    const machine = host(
      rule('filter', '-A INPUT -p tcp -m tcp ! --dport 8080 -j LOG'),
      rule('filter', '-A INPUT -p tcp -m comment --comment "--dport 8080" -j LOG'),
      rule('filter', '-A INPUT -p tcp -m multiport --dports 22,8000:9000 -j LOG'),
      rule('filter', '-A INPUT -p udp -m udp --dport 8080 -j LOG'),
    );
    const [first] = explain(machine, '8080/tcp');
    expect(first?.sections.find(({ title }) => title === 'Which rules name it?')?.lines.map(({ text }) => text)).toEqual([
      '-A INPUT -p tcp -m multiport --dports 22,8000:9000 -j LOG',
      '-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
    ]);
  });
});
