import { describe, expect, it } from 'vitest';
import { advise } from '../../src/advice/index.js';
import { printCommands } from '../../src/command/index.js';
import { whatIf } from '../../src/change/index.js';
import { createMachine, traceFlow, type Machine } from '../../src/datapath/index.js';
import type { FlowRequest, Trace } from '../../src/model/trace.js';
import { report } from '../../src/report/trace/text.js';
import { loadSnapshot } from '../../src/snapshot/load.js';

const HOSTS = 'fixtures/hosts';
const machines = new Map<string, Promise<Machine>>();

function machineOf(folder: string): Promise<Machine> {
  const made = machines.get(folder) ?? loadSnapshot(folder).then((host) => createMachine(host));
  machines.set(folder, made);
  return made;
}

async function asked(folder: string, flow: FlowRequest, options = {}): Promise<Trace> {
  const machine = await machineOf(folder);
  return advise(machine, flow, traceFlow(machine, flow), options);
}

/** Who asks whom, on which host: one for each thing that stops packets, and for each way to open it. */
const QUESTIONS: readonly (readonly [name: string, folder: string, flow: FlowRequest])[] = [
  ['networks-apart-28', `${HOSTS}/docker28-bridge`, { from: 'web', to: 'db', dport: 5432 }],
  ['networks-apart-20', `${HOSTS}/docker20-bridge`, { from: 'web', to: 'db', dport: 5432 }],
  ['networks-apart-29', 'fixtures/nft-hosts/nft-docker29', { from: 'site', to: 'shop', dport: 80 }],
  ['direct-access', `${HOSTS}/docker28-bridge`, { from: 'internet', to: 'db', dport: 5432 }],
  ['published', `${HOSTS}/docker28-bridge`, { from: 'internet', to: 'host', dport: 8080 }],
  ['icc-off-28', `${HOSTS}/docker28-policy`, { from: 'q1', to: 'q2', dport: 80 }],
  ['icc-off-29', 'fixtures/nft-hosts/nft-docker29', { from: 'quiet1', to: 'quiet2', dport: 80 }],
  ['internal', `${HOSTS}/docker28-policy`, { from: 'web', to: 'secret', dport: 80 }],
  ['internal-outside', 'fixtures/nft-hosts/nft-docker29', { from: 'internet', to: 'store', dport: 80 }],
  ['ufw-input', `${HOSTS}/ufw20`, { from: 'internet', to: 'host', dport: 9100 }],
  ['firewalld-input', `${HOSTS}/fw26`, { from: 'internet', to: 'host', dport: 25 }],
  ['firewalld-denies', `${HOSTS}/fw26`, { from: 'internet', to: 'host', dport: 9100 }],
  ['own-native-rule', 'fixtures/nft-hosts/nft-docker29', { from: 'internet', to: 'host', dport: 8002 }],
  ['own-rule', `${HOSTS}/docker28-policy`, { from: 'internet', to: 'host', dport: 8080 }],
  ['no-listener', `${HOSTS}/docker28-bridge`, { from: 'web', to: 'admin', dport: 81 }],
  ['loopback-listener', 'fixtures/nft-hosts/nft-docker29', { from: 'internet', to: 'host', dport: 9000 }],
  ['no-route', 'fixtures/nft-hosts/nft-docker29', { from: 'store', to: '8.8.8.8', dport: 53, proto: 'udp' }],
  ['internal-alone', `${HOSTS}/docker28-policy`, { from: 'secret', to: '8.8.8.8', dport: 443 }],
  ['published-elsewhere', `${HOSTS}/docker28-bridge`, { from: 'internet', to: 'web', dport: 80 }],
  ['left-host', `${HOSTS}/docker28-bridge`, { from: 'web', to: '8.8.8.8', dport: 443 }],
];

describe('an answer opens with a sentence by names, and ends with ways to open it that were walked', () => {
  it.each(QUESTIONS)('%s', async (name, folder, flow) => {
    const trace = await asked(folder, flow);
    await expect(report.render(trace, { verbose: false, color: false })).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it.each(QUESTIONS)('%s: no hole in Docker’s own rules unless asked; what is offered as commands opens it', async (_, folder, flow) => {
    const { remedies = [] } = await asked(folder, flow);
    const machine = await machineOf(folder);
    for (const { commands, then } of remedies) {
      const printed = printCommands(commands);
      expect(printed.filter((line) => /-t raw|DOCKER-ISOLATION|docker-bridges/.test(line))).toEqual([]);
      expect(['connected', 'leaves-host']).toContain(then);
      // the front ends and what is done by hand are told to the model in other words
      if (printed.some((line) => /^(?:ufw|firewall-cmd|#)/.test(line))) continue;
      expect(traceFlow(createMachine(whatIf(machine.host, printed)), flow).outcome).toBe(then);
    }
  });

  it('says that only a hole would do, and shows it to who asks for any', async () => {
    const folder = `${HOSTS}/docker28-bridge`;
    const hole = await asked(folder, { from: 'web', to: 'db', dport: 5432 }, { holes: true });
    expect(hole.remedies?.map(({ way, hole: is, commands }) => [way, is, ...printCommands(commands)])).toMatchInlineSnapshot(`
      [
        [
          "runtime",
          undefined,
          "docker network connect appnet web",
        ],
        [
          "runtime",
          undefined,
          "docker network create web-db",
          "docker network connect web-db web",
          "docker network connect web-db db",
        ],
        [
          "rules",
          true,
          "iptables -t raw -I PREROUTING 1 -s 172.17.0.2/32 -d 172.30.0.2/32 -i docker0 -p tcp -m tcp --dport 5432 -j ACCEPT",
          "iptables -I DOCKER-USER 1 -s 172.17.0.2/32 -d 172.30.0.2/32 -i docker0 -o br-bce701700ddb -p tcp -m tcp --dport 5432 -j ACCEPT",
        ],
      ]
    `);
  });
});
