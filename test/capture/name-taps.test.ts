import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { collect } from '../../src/capture/collect.js';
import { placeOnTrace } from '../../src/capture/place/evidence.js';
import { readCapture } from '../../src/capture/read/index.js';
import { parseSpec } from '../../src/capture/spec.js';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { interfaceBlock, packetBlock, sectionBlock } from './captures.js';
import { hostOf, questionOf, read, truthOf } from './lab.js';
import { SYN, ethernet, ipv4, tcp } from './packets.js';

const FOLDER = 'fixtures/captures/docker20/flows/web-out-tcp';

describe('specs', () => {
  it.each([
    ['host:docker0=a.pcap', { netns: 'host', iface: 'docker0', path: 'a.pcap' }],
    ['web:any=./a=b.pcap', { netns: 'web', iface: 'any', path: './a=b.pcap' }],
    ['docker0=a.pcap', { netns: 'host', iface: 'docker0', path: 'a.pcap' }],
    ['web:=a.pcap', { netns: 'web', path: 'a.pcap' }],
    ['a.pcap', { path: 'a.pcap' }],
    ['./x:y=a.pcap', { path: './x:y=a.pcap' }],
    ['-', { path: '-' }],
    ['host:any=-', { netns: 'host', iface: 'any', path: '-' }],
    ['host:docker0=', undefined],
    ['', undefined],
  ])('%s', (text, wanted) => {
    expect(parseSpec(text)).toEqual(wanted);
  });
});

describe('interfaces that nobody named', () => {
  it.each([
    ['web.pcap', ['web:eth0']],
    ['host.pcap', ['host:vethb26b483', 'host:docker0', 'host:up0']],
    ['host.docker0.pcap', ['host:docker0']],
    ['host.up0.pcap', ['host:up0']],
    // both ends of a veth pair, and its bridge, may see the same frames with the same addresses: the file's name decides
    ['host.vethb26b483.pcap', ['host:vethb26b483']],
  ])('%s', async (file, wanted) => {
    const { sources } = await read([`${FOLDER}/${file}`], await hostOf('docker20'));
    expect(sources.map(({ interfaces }) => interfaces)).toEqual([wanted]);
  });

  it('without a snapshot the file alone speaks', async () => {
    const { sources } = await read([`${FOLDER}/web.pcap`, `${FOLDER}/host.up0.pcap`]);
    expect(sources.map(({ interfaces }) => interfaces)).toEqual([['web.pcap:if5'], ['host.up0.pcap:']]);
  });

  it('by the names in pcapng', async () => {
    const frame = ethernet(
      '02:42:ac:11:00:02',
      '02:42:ac:11:00:03',
      0x0800,
      ipv4('172.17.0.3', '172.17.0.2', 6, tcp(40000, 80, 1, 0, SYN)),
    );
    const bytes = Buffer.concat([
      sectionBlock(),
      interfaceBlock({ linktype: 1, name: 'docker0' }),
      interfaceBlock({ linktype: 1, name: 'up0' }),
      packetBlock(frame, 1, 5n),
      packetBlock(frame, 0, 6n),
    ]);
    async function* once(): AsyncGenerator<Buffer> {
      yield await Promise.resolve(bytes);
    }
    const input = { spec: { path: 'x.pcapng' }, batches: () => readCapture(once(), 'x.pcapng') };
    const { sources } = await collect([input], await hostOf('docker20'));
    expect(sources).toEqual([{ file: 'x.pcapng', interfaces: ['host:up0', 'host:docker0'], packets: 2 }]);
  });
});

it('one file an interface shows the same as one of any, with directions told from addresses', async () => {
  const host = await hostOf('docker20');
  const truth = truthOf('docker20').find((t) => t.flow.id === 'web-out-tcp')!;
  const specs = readdirSync(FOLDER).flatMap((file) => {
    const found = /^host\.(\w+)\.pcap$/.exec(file);
    return found ? [`host:${found[1]!}=${FOLDER}/${file}`] : [];
  });
  const captures = await read(specs, host);
  const evidence = placeOnTrace(traceFlow(createMachine(host), questionOf(truth)), captures, {}, host);
  expect({
    verdict: evidence.verdict,
    contradictions: evidence.contradictions,
    hops: evidence.shown?.hops.map(({ iface, dir, reply }) => `${iface} ${dir ?? '?'}${reply ? ' answer' : ''}`),
    statuses: evidence.hops.map(({ status }) => status),
  }).toEqual({
    verdict: 'partly',
    contradictions: [],
    hops: ['vethb26b483 in', 'docker0 in', 'up0 out', 'up0 in answer', 'docker0 out answer', 'vethb26b483 out answer'],
    statuses: ['not-observable', 'seen', 'seen', 'seen'],
  });
});
