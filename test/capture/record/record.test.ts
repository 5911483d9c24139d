import { quoteWord } from '../../../src/command/index.js';
import { describe, expect, it } from 'vitest';
import { loadCap, recordLive } from '../../../src/capture/record/live.js';
import type { CapDevice } from '../../../src/capture/record/live.js';
import { planCaptures } from '../../../src/capture/record/plan.js';
import type { PlannedCapture } from '../../../src/capture/record/plan.js';
import { placingOptions, tcpdumpCommand } from '../../../src/capture/record/tcpdump.js';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { readAll } from '../captures.js';
import { hostOf } from '../lab.js';

const UNREACHABLE = '(icmp[icmptype] == icmp-unreach)';

describe('what to record', () => {
  it('each interface with the addresses that the flow has there', async () => {
    const trace = traceFlow(createMachine(await hostOf('docker20')), { from: 'web', to: '203.0.113.8', proto: 'tcp', dport: 443 });
    const plan = planCaptures(trace);
    const inside = `(tcp and host 172.17.0.2 and host 203.0.113.8 and port 443) or ${UNREACHABLE}`;
    const outside = `(tcp and host 198.51.100.10 and host 203.0.113.8 and port 443) or ${UNREACHABLE}`;
    expect(plan).toEqual([
      { netns: 'web', iface: 'eth0', filter: inside, file: 'web.eth0.pcap' },
      { netns: 'host', iface: 'vethb26b483', filter: inside, file: 'host.vethb26b483.pcap' },
      { netns: 'host', iface: 'docker0', filter: inside, file: 'host.docker0.pcap' },
      { netns: 'host', iface: 'up0', filter: outside, file: 'host.up0.pcap' },
    ]);
    expect(plan.map((capture) => tcpdumpCommand(capture))).toEqual([
      `nsenter -t "$(docker inspect -f '{{.State.Pid}}' web)" -n tcpdump -i eth0 -n -U -s 256 -w web.eth0.pcap '${inside}'`,
      `tcpdump -i vethb26b483 -n -U -s 256 -w host.vethb26b483.pcap '${inside}'`,
      `tcpdump -i docker0 -n -U -s 256 -w host.docker0.pcap '${inside}'`,
      `tcpdump -i up0 -n -U -s 256 -w host.up0.pcap '${outside}'`,
    ]);
    expect(placingOptions(plan.slice(0, 2))).toBe('--pcap web:eth0=web.eth0.pcap --pcap host:vethb26b483=host.vethb26b483.pcap');
  });

  it('both connections of a proxied one at the bridge, and anyone from the internet', async () => {
    const machine = createMachine(await hostOf('docker20'));
    const proxied = planCaptures(traceFlow(machine, { from: 'cli', to: '198.51.100.10', proto: 'tcp', dport: 8080 }));
    expect(proxied.find(({ iface }) => iface === 'docker0')?.filter).toBe(
      `(tcp and host 172.17.0.3 and host 198.51.100.10 and port 8080) or (tcp and host 172.17.0.1 and host 172.17.0.2 and port 80) or ${UNREACHABLE}`,
    );
    const published = planCaptures(
      traceFlow(machine, { from: 'internet', to: '198.51.100.10', proto: 'tcp', dport: 8080, sport: 5000 }),
      5000,
    );
    expect(published[0]?.filter).toBe(`(tcp and host 198.51.100.10 and port 8080 and port 5000) or ${UNREACHABLE}`);
  });

  it('names are no shell', () => {
    expect([quoteWord('eth0'), quoteWord("a'b; rm -rf ~"), quoteWord('$(x)')]).toEqual(['eth0', "'a'\\''b; rm -rf ~'", "'$(x)'"]);
  });
});

/** Stands for libpcap. */
class FakeCap implements CapDevice {
  static devices: FakeCap[] = [];
  static link = 'ETHERNET';
  closed = false;
  device = '';
  private buffer: Buffer = Buffer.alloc(0);
  private listener: (bytes: number, truncated: boolean) => void = () => undefined;

  open(device: string, _filter: string, _size: number, buffer: Buffer): string {
    if (device === 'gone0') throw new Error('gone0: No such device exists');
    this.device = device;
    this.buffer = buffer;
    FakeCap.devices.push(this);
    return FakeCap.link;
  }

  on(_event: 'packet', listener: (bytes: number, truncated: boolean) => void): void {
    this.listener = listener;
  }

  close(): void {
    this.closed = true;
  }

  deliver(bytes: Buffer): void {
    bytes.copy(this.buffer);
    this.listener(bytes.length, false);
  }
}

const plan = (iface: string): PlannedCapture => ({ netns: 'host', iface, filter: 'tcp', file: `${iface}.pcap` });
const FRAME = Buffer.from('0102030405060708090a0b0c0800', 'hex');

describe('recording', () => {
  it.each([
    ['until the flow was seen at every interface, and a little longer', [0, 1, 0], 1000, 'seen', [2, 1]],
    ['until a limit is reached', [0, 0, 0], 3, 'packets', [3, 0]],
    ['until the time is over', [0], 1000, 'time', [1, 0]],
  ] as const)('%s', async (_, order, limit, end, packets) => {
    FakeCap.devices = [];
    const timers: { readonly seconds: number; readonly call: () => void }[] = [];
    const written = new Map<string, Buffer>();
    const world = {
      write: ({ file }: PlannedCapture, bytes: Buffer): void =>
        void written.set(file, Buffer.concat([written.get(file) ?? Buffer.alloc(0), bytes])),
      now: () => 1_700_000_000_000_001,
      after: (seconds: number, call: () => void) => {
        timers.push({ seconds, call });
        return () => undefined;
      },
      onStop: () => () => undefined,
    };
    const result = recordLive(FakeCap, [plan('a0'), plan('b0')], { seconds: 60, packets: limit, graceSeconds: 1 }, world);
    for (const index of order) FakeCap.devices[index]!.deliver(FRAME);
    timers.sort((a, b) => a.seconds - b.seconds)[0]!.call();
    expect(await result).toMatchObject({ end, packets });
    expect(FakeCap.devices.map(({ closed }) => closed)).toEqual([true, true]);
    const one = { hex: FRAME.toString('hex'), original: 14, time: '1700000000.000001000', iface: '1' };
    expect(await readAll(written.get('a0.pcap')!)).toEqual({ packets: Array.from({ length: packets[0] }, () => one) });
  });

  it('closes what it opened where a device is not there', async () => {
    FakeCap.devices = [];
    const world = { write: () => undefined, now: () => 0, after: () => () => undefined, onStop: () => () => undefined };
    const limits = { seconds: 1, packets: 1, graceSeconds: 1 };
    await expect(recordLive(FakeCap, [plan('a0'), plan('gone0')], limits, world)).rejects.toThrow('gone0: No such device exists');
    expect(FakeCap.devices.map(({ closed }) => closed)).toEqual([true]);
  });

  it('finds the package in either shape, or does without', async () => {
    expect(await loadCap(() => Promise.resolve({ default: { Cap: FakeCap } }))).toBe(FakeCap);
    expect(await loadCap(() => Promise.resolve({ Cap: FakeCap }))).toBe(FakeCap);
    expect(await loadCap(() => Promise.resolve({}))).toBeUndefined();
    expect(await loadCap(() => Promise.reject(new Error('no libpcap')))).toBeUndefined();
  });
});
