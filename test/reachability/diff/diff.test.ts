import { describe, expect, it } from 'vitest';
import { createMachine } from '../../../src/datapath/index.js';
import { diffReachability } from '../../../src/reachability/diff/diff.js';
import { loadFiles } from '../../../src/snapshot/load.js';
import { folderFiles, machineOf, recorded } from '../hosts.js';

const changes = (...commands: readonly string[]): Promise<readonly string[]> => changesFrom([], commands);

async function changesFrom(old: readonly string[], now: readonly string[]): Promise<readonly string[]> {
  const diff = diffReachability(await machineOf('docker28-bridge', ...old), await machineOf('docker28-bridge', ...now));
  return diff.changes.map(
    (c) =>
      `${c.kind} ${c.service}${c.ports === undefined ? '' : ` ${c.ports}`} from ${c.sources.join()}: ${c.before} → ${c.after}; ${c.cause?.side ?? ''} ${c.cause?.text ?? ''}`,
  );
}

const EVERYBODY = 'outside,lan,network:appnet,network:bridge,pinned,app,db,admin,web';

describe('the difference', () => {
  it('between hosts set up alike by other Engines is none: names and addresses drawn anew do not count', async () => {
    const [before, after] = [createMachine(await recorded('docker20-bridge')), createMachine(await recorded('docker26-bridge'))];
    expect(diffReachability(before, after).changes).toEqual([]);
  });

  it('between a host and itself after its containers were made anew is none: veths, addresses and counters do not count', async () => {
    const moved: readonly (readonly [RegExp, string])[] = [
      [/\b(veth[0-9a-f]{7})\b/g, '$1x'],
      [/\b172\.17\.0\.2\b/g, '172.17.0.77'],
      [/\b172\.17\.0\.3\b/g, '172.17.0.2'],
      [/\b172\.30\.0\.2\b/g, '172.30.0.99'],
      [/02:42:ac:11:00:02/g, '02:42:ac:11:00:4d'],
      [/\[\d+:\d+\]/g, '[7:420]'],
    ];
    const files = folderFiles('docker28-bridge');
    const renamed = new Map([...files].map(([path, text]) => [path, moved.reduce((sofar, [from, to]) => sofar.replace(from, to), text)]));
    const diff = diffReachability(createMachine(loadFiles(files)), createMachine(loadFiles(renamed)));
    expect(diff.changes).toEqual([]);
    expect(diff.compared).toBeGreaterThan(100);
  });

  it('names the rule that closed', async () => {
    expect(
      await changes('iptables -I DOCKER-USER -d 172.17.0.2 -i up0 -j DROP', 'ip6tables -I INPUT -i up0 -p tcp --dport 8080 -j DROP'),
    ).toEqual(['closed host:8080/tcp from outside,lan: open → closed; after -A DOCKER-USER -d 172.17.0.2/32 -i up0 -j DROP']);
  });

  it('tells what became reachable at an address that nobody has', async () => {
    const rules = [
      'iptables -t nat -A PREROUTING -d 10.99.0.1/32 -j DNAT --to-destination 172.30.0.2',
      'iptables -I DOCKER-USER -d 172.30.0.2 -j ACCEPT',
    ];
    expect((await changes(...rules)).filter((text) => text.includes('outside'))).toEqual(
      ['5432/tcp', '53/udp'].map(
        (port) =>
          `opened 10.99.0.1:${port} from outside,lan,network:bridge,pinned,app,admin,web: absent → open; after there is 10.99.0.1:${port}, and not before`,
      ),
    );
  });

  it('tells that another answers at a port that was open before', async () => {
    const rules = [
      'iptables -t nat -I PREROUTING -d 198.51.100.10 -p tcp --dport 8443 -j DNAT --to-destination 172.30.0.2:5432',
      'iptables -I DOCKER-USER -d 172.30.0.2 -j ACCEPT',
    ];
    expect((await changes(...rules)).filter((text) => text.includes('outside'))).toEqual([
      'opened host:8443/tcp from outside,lan,network:appnet,network:bridge,pinned,app,admin,web: open → open; after -A DOCKER-USER -d 172.30.0.2/32 -j ACCEPT',
    ]);
  });

  describe('where only some get through both times', () => {
    const ssh = (rules: readonly string[]): readonly string[] => rules.map((rule) => `iptables -A INPUT -p tcp --dport 22 ${rule}`);
    const kinds = async (old: readonly string[], now: readonly string[]): Promise<readonly string[]> =>
      (await changesFrom(ssh(old), ssh(now))).flatMap((text) =>
        /host:22\/tcp from outside/.test(text) ? [text.slice(0, text.indexOf(';'))] : [],
      );
    it.each<readonly [what: string, fewer: readonly string[], more: readonly string[], sources: string]>([
      [
        'the source ports',
        ['--sport 5353 -j ACCEPT', '-j DROP'],
        ['--sport 5353 -j ACCEPT', '--sport 5354 -j ACCEPT', '-j DROP'],
        EVERYBODY,
      ],
      // the addresses are far more prefixes than are printed, and only the last ones differ
      [
        'the addresses',
        ['1.2.3.4', '100.2.3.4', '223.5.6.7'].map((ip) => `-s ${ip} -j DROP`),
        ['1.2.3.4', '100.2.3.4'].map((ip) => `-s ${ip} -j DROP`),
        'outside',
      ],
    ])('compares %s', async (_, fewer, more, sources) => {
      expect(await kinds(fewer, more)).toEqual([`opened host:22/tcp from ${sources}: partial → partial`]);
      expect(await kinds(more, fewer)).toEqual([`closed host:22/tcp from ${sources}: partial → partial`]);
      expect(await kinds(more, more)).toEqual([]);
    });
  });

  it('tells ports that nobody listens on and one address outside gets to', async () => {
    const closed = ['iptables -A INPUT -p tcp --dport 30000:30010 -j DROP'];
    const spared = ['iptables -I INPUT -s 203.0.113.77 -p tcp --dport 30004:30006 -j ACCEPT'];
    const found = (await changesFrom(closed, [...closed, ...spared])).filter((text) => text.includes('host:other/tcp'));
    expect(found.map((text) => text.slice(0, text.indexOf(';')))).toEqual(['opened host:other/tcp 30004-30006 from outside: open → open']);
  });
});
