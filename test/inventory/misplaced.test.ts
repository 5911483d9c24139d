import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/model/host.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { folderFiles } from '../reachability/hosts.js';

const files = folderFiles('docker26-bridge');
const other = folderFiles('docker28-policy');

/** What is said where a file holds what another does. */
function said(file: string, text: string | undefined): readonly (readonly [string, string | undefined])[] {
  const host = loadFiles(new Map(files).set(file, text ?? ''));
  return contradictions(host).map((message) => [message, host.files.find((one) => one.file === file)?.used]);
}

const contradictions = ({ problems }: Host): readonly string[] =>
  problems.flatMap(({ kind, message }) => (kind === 'contradiction' ? [message] : []));

const NOT_USED = 'the file is of another namespace or another moment, and is not used; take the listing again';

describe('listings that lie where they cannot have been taken', () => {
  it.each([
    ['netns/web/ip-addr.json', files.get('host/ip-addr.json'), `which is the host's: ${NOT_USED}`, 'none'],
    [
      'netns/web/ip-route.json',
      files.get('netns/db/ip-route.json'),
      `it shows \`172.30.0.0/24 dev eth0 proto kernel scope link src 172.30.0.2\`, and no such device or address is there: ${NOT_USED}`,
      'none',
    ],
    ['netns/web/ip-route.json', files.get('host/ip-route.json'), `and no such device or address is there: ${NOT_USED}`, 'none'],
    ['netns/web/ss.txt', files.get('host/ss.txt'), `which the host's shows: ${NOT_USED}`, 'none'],
    ['netns/web/iptables-save.txt', files.get('host/iptables-save.txt'), `which is the host's: ${NOT_USED}`, 'none'],
    [
      'host/iptables-save.txt',
      other.get('host/iptables-save.txt'),
      /^its rules are for br-[0-9a-f]{12}, which is not there, and not for br-[0-9a-f]{12}, which is: /,
      'none',
    ],
    [
      'host/ip-route.json',
      other.get('host/ip-route.json'),
      /^it shows `\S+ dev br-[0-9a-f]{12} .*`, and no such device or address is there$/,
      'part',
    ],
  ] as const)('%s', (file, text, message, used) => {
    const found = said(file, text);
    expect(found).toContainEqual([expect.stringMatching(message), used]);
  });

  it('a route of which a listing shows no device is by none that is missing', () => {
    const shown = new Map(files);
    for (const file of ['host/ip-route.json', 'netns/web/ip-route.json']) shown.delete(file);
    const routes = (dev: string): string => `default dev ${dev}\n`;
    const told = (dev: string): readonly string[] =>
      contradictions(loadFiles(new Map(shown).set('host/ip-route.txt', routes(dev)).set('netns/web/ip-route.txt', routes(dev)))).filter(
        (message) => message.includes('no such device'),
      );
    expect(told('*')).toEqual([]);
    expect(told('eth7')).toHaveLength(2);
  });
});
