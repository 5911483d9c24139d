// What is measured, section by section; each gives the rows of the table.
import { copyFileSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeBigHost } from './big-host.mjs';
import { rulesOf, writeHost } from './hosts.mjs';
import { has, run } from './measure.mjs';
import { generate } from './million-packets.mjs';
import { nativeRules, nativeSets } from './native-rules.mjs';

const HERE = fileURLToPath(new URL('./', import.meta.url));
const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const CLI = `${DIST}cli.js`;
const RECORDED = fileURLToPath(new URL('../../fixtures/hosts/docker28-bridge', import.meta.url));
const MANY_RULES = 150_000;
const node = process.execPath;
const isRoot = process.getuid?.() === 0;

/** A row for a program that is compared with, or the note that it cannot be. */
async function beside(command, args, options) {
  if (!has(command)) return { beside: `${command} is not installed` };
  const { seconds, peak } = await run(command, args, options);
  return { seconds, theirPeak: peak };
}

async function* startUp({ quick }) {
  const runs = quick ? 5 : 21;
  const bare = await run(node, ['-e', '0'], { runs });
  const trace = await run(node, [CLI, 'trace', '-s', RECORDED, '--from', 'web', '--to', '8.8.8.8:443'], { runs });
  const row = { what: 'start, read a Docker host, one trace', unit: 'ms', ours: trace.seconds * 1000, peak: trace.peak };
  yield { ...row, beside: 'node -e 0', theirs: bare.seconds * 1000, theirPeak: bare.peak, target: 'no more than twice as long (0.5×)' };
}

async function* reading({ folder, quick }) {
  const file = join(folder, 'many-rules.txt');
  const rules = quick ? MANY_RULES / 10 : MANY_RULES;
  writeFileSync(file, rulesOf(100, rules));
  const runs = quick ? 1 : 3;
  const ours = await run(node, [`${HERE}read-rules.mjs`, DIST, file], { runs });
  for (const command of ['iptables-nft-restore', 'iptables-legacy-restore']) {
    const row = { what: `read ${rules.toLocaleString('en')} rules`, unit: 's', ours: ours.seconds, peak: ours.peak, target: 'nft: 2×' };
    if (!isRoot) {
      yield { ...row, beside: `${command}: needs root` };
      continue;
    }
    const { seconds, ...theirs } = await beside('unshare', ['-n', command, '--test', file], { runs });
    yield { ...row, beside: `${command} --test`, theirs: seconds, ...theirs };
  }
}

/** Native rules of nftables, as lines and as elements of sets and maps. */
async function* native({ folder, quick }) {
  const count = quick ? MANY_RULES / 10 : MANY_RULES;
  const file = join(folder, 'native.nft');
  const sizes = [
    [`read ${count.toLocaleString('en')} native rules`, nativeRules(count)],
    [`read ${(count * 1.5).toLocaleString('en')} elements of sets and verdict maps`, nativeSets(count)],
  ];
  for (const [what, text] of sizes) {
    writeFileSync(file, text);
    const runs = quick ? 1 : 3;
    const ours = await run(node, [`${HERE}native-rules.mjs`, DIST, file], { runs });
    const row = { what, unit: 's', ours: ours.seconds, peak: ours.peak, target: 'faster' };
    if (!isRoot) {
      yield { ...row, beside: 'nft -c -f: needs root' };
      continue;
    }
    const { seconds, ...theirs } = await beside('unshare', ['-n', 'nft', '-c', '-f', file], { runs });
    yield { ...row, beside: 'nft -c -f', theirs: seconds, ...theirs };
  }
  for (const elements of [2000, 20_000, 200_000]) {
    const host = join(folder, `sets-${elements}`);
    writeHost(host, { containers: 10 });
    writeFileSync(join(host, 'host', 'nft-ruleset.txt'), nativeSets(elements));
    const { out } = await run(node, [`${HERE}trace-rate.mjs`, DIST, host, '10', quick ? '0.5' : '3'], { keep: true });
    const { known, walked, peak } = JSON.parse(out);
    const row = { what: `traces: an interval set of ${elements.toLocaleString('en')} elements`, unit: '/s', ours: known.cpu, peak };
    yield { ...row, beside: 'the same, each walked anew', theirs: walked.cpu, byTheClock: known.wall };
    rmSync(host, { recursive: true });
  }
}

async function* rates({ folder, quick }) {
  const seconds = quick ? '0.5' : '3';
  const hosts = [
    ['a Docker host of 10 containers', 10, 0, 200_000],
    ['1,000 rules', 10, 1000],
    ['10,000 rules', 10, 10_000],
    ['100,000 rules', 10, 100_000],
    ['150,000 rules', 10, MANY_RULES, 50_000],
  ];
  for (const [what, containers, rules, target] of quick ? hosts.filter(([, , rules]) => rules !== 100_000) : hosts) {
    const host = join(folder, `rate-${rules}`);
    writeHost(host, { containers, rules });
    const { out } = await run(node, [`${HERE}trace-rate.mjs`, DIST, host, String(containers), seconds], { keep: true });
    const { known, walked, peak } = JSON.parse(out);
    const at = target === undefined ? {} : { target: `${target.toLocaleString('en')}/s` };
    yield {
      what: `traces: ${what}`,
      unit: '/s',
      ours: known.cpu,
      peak,
      beside: 'the same, each walked anew',
      theirs: walked.cpu,
      ...at,
      byTheClock: known.wall,
    };
    rmSync(host, { recursive: true });
  }
}

async function* containers({ folder, quick }) {
  for (const count of quick ? [10, 100] : [10, 100, 1000]) {
    const host = join(folder, `containers-${count}`);
    writeHost(host, { containers: count });
    for (const command of ['audit', 'matrix']) {
      const { seconds, peak } = await run(node, [CLI, command, '-s', host], { accept: [0, 1, 2] });
      yield { what: `${command}: ${count.toLocaleString('en')} containers`, unit: 's', ours: seconds, peak };
    }
    rmSync(host, { recursive: true });
  }
}

/** The whole matrix of large hosts, and how it grows with rules and services. */
async function* matrices({ folder, quick }) {
  const sizes = [
    { containers: 200, ports: 5, target: '2 s' },
    { containers: 20, ports: 8, drops: 1180 },
    { containers: 65, ports: 23, drops: 12_000 },
    // a published port is two services: itself, and what listens in the container
    { containers: 200, ports: 37, drops: 134_900, target: '10 s, 1,024 MB' },
    { containers: 200, ports: 75, drops: 119_800, target: '10 s, 1,024 MB' },
  ];
  for (const { target, ...size } of quick ? sizes.slice(0, 3) : sizes) {
    const host = join(folder, 'matrix-host');
    const rules = writeBigHost(host, size);
    const { seconds, peak } = await run(node, [CLI, 'matrix', '-s', host, '-f', 'json', '-o', join(folder, 'matrix.json')], { runs: 3 });
    const ports = (size.containers * size.ports).toLocaleString('en');
    const what = `matrix: ${size.containers} containers, ${ports} published ports, ${rules.toLocaleString('en')} rules`;
    yield { what, unit: 's', ours: seconds, peak, ...(target !== undefined && { target }) };
    rmSync(host, { recursive: true });
  }
}

async function* captures({ folder, quick }) {
  const packets = quick ? 100_000 : 1_000_000;
  const file = join(folder, 'packets.pcap');
  const flows = [CLI, 'flows', '--pcap', `host:eth0=${file}`];
  if (!quick) {
    generate(file, packets / 10, packets / 500);
    const { seconds, peak } = await run(node, flows, { runs: 3 });
    yield { what: `${(packets / 10).toLocaleString('en')} packets to flows`, unit: 's', ours: seconds, peak };
  }
  generate(file, packets, packets / 50);
  const ours = await run(node, flows, { runs: 3 });
  for (const [command, args, runs, target] of [
    ['tcpdump', ['-nn', '-q', '-r', file], 3, '3×'],
    ['tshark', ['-r', file], 1, ''],
  ]) {
    const { seconds, ...theirs } = await beside(command, args, { runs });
    const row = { what: `${packets.toLocaleString('en')} packets to flows`, unit: 's', ours: ours.seconds, peak: ours.peak, target };
    yield { ...row, beside: `${command} ${args.slice(0, -1).join(' ')}`, theirs: seconds, ...theirs };
  }
  rmSync(file);
}

async function* fleet({ folder, quick }) {
  const count = quick ? 50 : 1000;
  const what = `audit a fleet of ${count.toLocaleString('en')} hosts`;
  const { out } = await run(node, [CLI, 'audit', '--help'], { keep: true });
  if (!out.includes('--fleet')) return yield { what, note: 'audit has no --fleet' };
  const [host, hosts] = [join(folder, 'fleet-host'), join(folder, 'fleet')];
  writeHost(host, { containers: 10 });
  mkdirSync(hosts);
  const archive = join(folder, 'host.tgz');
  await run('tar', ['-czf', archive, '-C', host, '.']);
  for (let i = 0; i < count; i++) sameFile(archive, join(hosts, `host-${String(i).padStart(4, '0')}.tgz`));
  const { seconds, peak } = await run(node, [CLI, 'audit', '--fleet', hosts, '-o', join(folder, 'fleet.md')], { accept: [0, 1, 2] });
  yield { what, unit: 's', ours: seconds, peak };
}

function sameFile(from, to) {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/** By name, in the order they are run. */
export const SECTIONS = { 'start-up': startUp, reading, native, traces: rates, containers, matrices, captures, fleet };
