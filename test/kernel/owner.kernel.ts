import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { buildHost } from '../support/host-builder.js';
import { lab } from '../support/lab.js';

const here = spawnSync('unshare', ['-n', 'setpriv', '--reuid', '1000', 'node', '--version']).status === 0;

/** Listens on tcp 8080 and udp 8053 as user 1000, and on tcp 8081 as root that then becomes user 1000. */
const SERVER = `
const net = require('net'), dgram = require('dgram');
const open = (port, then) => net.createServer((s) => s.on('error', () => {}).end('x')).listen(port, '127.0.0.1', then);
open(8081, () => {
  process.setgid(1000);
  process.setuid(1000);
  open(8080, () => dgram.createSocket('udp4').on('message', function (_, from) { this.send('x', from.port, '127.0.0.1'); }).bind(8053, '127.0.0.1', () => console.log('ready')));
});`;
const CLIENT = `
const net = require('net'), dgram = require('dgram');
const [proto, port] = process.argv.slice(1);
const told = (word) => { console.log(word); process.exit(); };
setTimeout(() => told('timeout'), 400);
if (proto === 'tcp') net.connect(+port, '127.0.0.1', () => told('connected')).on('error', () => told('refused'));
else { const s = dgram.createSocket('udp4'); s.on('message', () => told('connected')).on('error', () => told('refused')); s.connect(+port, '127.0.0.1', () => s.send('q')); }`;

const FLOWS = ['tcp 8080', 'tcp 8081', 'udp 8053', 'tcp 81', 'udp 82'] as const;
const ASKS = ['--uid-owner 1000', '! --uid-owner 1000', '--uid-owner 0', '! --uid-owner 0', '--socket-exists', '--uid-owner 1-999'];
const NATIVE = ['meta skuid 1000', 'meta skuid != 1000', 'meta skuid 0', 'meta skuid >= 0', 'meta skuid { 0, 5-2000 }'];

/** Rules about what goes back: from the port that was asked, or the error about it. */
const iptables = (proto: string, port: string, asks: string): readonly string[] => [
  `-A OUTPUT -p ${proto} -m ${proto} --sport ${port} -m owner ${asks} -j DROP`,
  ...(proto === 'udp' ? [`-A OUTPUT -p icmp -m icmp --icmp-type 3 -m owner ${asks} -j DROP`] : []),
];
const nftables = (proto: string, port: string, asks: string): string =>
  `table ip t {\n\tchain o {\n\t\ttype filter hook output priority filter; policy accept;\n\t\t${proto} sport ${port} ${asks} drop\n${proto === 'udp' ? `\t\ticmp type destination-unreachable ${asks} drop\n` : ''}\t}\n}\n`;

function outcomeOf(flow: string, listing: string, rules: readonly string[] | string): string {
  const files = { 'ss.txt': listing, ...(typeof rules === 'string' && { 'nft-ruleset.txt': rules }) };
  const host = lab({ files, ...(typeof rules !== 'string' && { iptables: { filter: rules } }) });
  const [proto, dport] = flow.split(' ');
  return traceFlow(createMachine(buildHost(host)), {
    ...{ from: 'host', to: '127.0.0.1', dport: Number(dport) },
    proto: proto === 'udp' ? 'udp' : 'tcp',
  }).outcome;
}

test.runIf(here)('who sends an answer, as rules of both languages see it', { timeout: 60_000 }, () => {
  const start = `ip link set lo up; coproc S { exec node -e "$SERVER"; }; read -u \${S[0]} _; ss -H -tulpne; echo =;`;
  const run = (script: string): string =>
    spawnSync('unshare', ['-n', 'bash', '-c', `${start} ${script} kill $S_PID`], {
      encoding: 'utf8',
      env: { ...process.env, SERVER, CLIENT },
    }).stdout;
  const plans = FLOWS.flatMap((flow) => {
    const [proto = '', port = ''] = flow.split(' ');
    return [
      ...ASKS.map((asks) => ({ flow, asks, rules: iptables(proto, port, asks) })),
      ...NATIVE.map((asks) => ({ flow, asks, rules: nftables(proto, port, asks) })),
    ];
  });
  const script = plans.map(({ flow, rules }) =>
    typeof rules === 'string'
      ? `nft '${rules}'; node -e "$CLIENT" ${flow}; nft flush ruleset;`
      : `${rules.map((rule) => `iptables-legacy ${rule};`).join(' ')} node -e "$CLIENT" ${flow}; iptables-legacy -F;`,
  );
  const [listing = '', answers = ''] = run(script.join('\n')).split('=\n');
  const seen = answers.trim().split('\n');
  const said = plans.map(({ flow, asks }, i) => `${flow} ${asks}: ${seen[i]}`);
  expect(plans.map(({ flow, asks, rules }) => `${flow} ${asks}: ${outcomeOf(flow, listing, rules)}`)).toEqual(said);
});
