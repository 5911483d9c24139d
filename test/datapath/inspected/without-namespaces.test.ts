import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { loadFiles } from '../../../src/snapshot/index.js';
import { readSnapshot } from '../../../src/snapshot/load.js';
import { agreeingOutcomes, readRecording, requestOf, type RecordedFlow } from '../../support/recording.js';
import type { Trace } from '../../../src/model/trace.js';

const hosts = ['hosts', 'nft-hosts', 'podman-hosts'].flatMap((kind) =>
  readdirSync(`fixtures/${kind}`).map((name) => join('fixtures', kind, name)),
);

/** Rules, routes and settings were put into its containers from outside, which nothing but their own listings can show. */
const CHANGED_FROM_OUTSIDE = 'fixtures/hosts/ctrnat26';
/**
 * One device of this host was taken out of forwarding by hand, which `sysctl net.ipv4.ip_forward` does not show: as people paste, these answers
 * are wrong, and say what they take it to be.
 */
const TAKEN = {
  dir: 'fixtures/hosts/rpf20',
  flows: ['b1->203.0.113.8/icmp', 'b1->203.0.113.8:443/tcp'],
  says: /\.forwarding is taken to be 1$/,
};

type Files = ReadonlyMap<string, string>;

/** As support bundles and folders of listings are: nothing of a container's own namespace. */
function ofHostAlone(files: Files): Files {
  return new Map([...files].filter(([path]) => !path.startsWith('netns/')));
}

/** The words of a link that `ip addr` without -d shows. */
const PLAIN = [
  'ifindex',
  'ifname',
  'link',
  'link_index',
  'link_netnsid',
  'flags',
  'mtu',
  'master',
  'operstate',
  'link_type',
  'address',
  'addr_info',
];

function plainAddr(text: string): string {
  const links = JSON.parse(text) as readonly Record<string, unknown>[];
  return JSON.stringify(links.map((link) => Object.fromEntries(PLAIN.flatMap((key) => (key in link ? [[key, link[key]]] : [])))));
}

function mainAlone(text: string): string {
  const routes = JSON.parse(text) as readonly { readonly table?: string }[];
  return JSON.stringify(routes.filter(({ table = 'main' }) => table === 'main'));
}

const FEW = /^net\.(?:ipv4\.ip_forward|ipv4\.conf\.all\.rp_filter|bridge\.bridge-nf-call-iptables) /;

/** Namespaces of Docker's own, into which nobody runs a command. */
const OF_NOBODY = /^netns\/(?:\d+-|lb_|ingress_sbox)/;

/** As people paste: plain `ip a` and `ip r` of everybody, three settings. */
function asPasted(files: Files): Files {
  return new Map(
    [...files].flatMap(([path, text]): [string, string][] => {
      if (OF_NOBODY.test(path)) return [];
      if (path.endsWith('/ip-addr.json')) return [[path, plainAddr(text)]];
      if (/\/ip6?-route\.json$/.test(path)) return [[path, mainAlone(text)]];
      if (path === 'host/sysctl.txt')
        return [
          [
            path,
            text
              .split('\n')
              .filter((line) => FEW.test(line))
              .join('\n'),
          ],
        ];
      return path.startsWith('netns/') ? [] : [[path, text]];
    }),
  );
}

function isWrong(recorded: RecordedFlow, { outcome, reason }: Trace): boolean {
  if (outcome === 'unknown') return false;
  if (outcome === 'leaves-host') return !recorded.packets.some(({ netns, dir }) => netns === 'router' && dir === 'in');
  if (outcome === 'unreachable' && recorded.outcome === 'timeout' && /neighbo/.test(reason)) return false;
  return !agreeingOutcomes(recorded).includes(outcome);
}

describe.each(hosts.filter((dir) => dir !== CHANGED_FROM_OUTSIDE))('%s', async (dir) => {
  const whole = await readSnapshot(dir);
  const assume = new Map([['owner', ['other']]]);
  const full = createMachine(loadFiles(whole.texts), { assume });
  // what the whole snapshot answers otherwise than the recording is no matter here
  const recorded = readRecording(dir).filter((one) => !isWrong(one, traceFlow(full, requestOf(one))));

  it.each([
    ['without the namespaces of containers', ofHostAlone, []],
    ['as people paste', asPasted, dir === TAKEN.dir ? TAKEN.flows : []],
  ])('%s no answer is wrong', (_, reduced, taken) => {
    const machine = createMachine(loadFiles(reduced(whole.texts)), { assume });
    const wrong = recorded.flatMap((one) => {
      const trace = traceFlow(machine, requestOf(one));
      if (!isWrong(one, trace)) return [];
      const said = trace.missing.some((what) => TAKEN.says.test(what));
      return [
        taken.includes(one.flow.id) && said ? one.flow.id : `${one.flow.id}: ${trace.outcome}, the kernel ${one.outcome}: ${trace.reason}`,
      ];
    });
    expect(wrong).toEqual(taken);
    expect(recorded.length).toBeGreaterThan(0);
  });
});
