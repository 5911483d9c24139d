import { expect, it } from 'vitest';
import { topFolder } from '../../src/snapshot/files.js';

it.each([
  ['no folder around it', ['host/iptables-save.txt', 'docker/containers.json', 'meta.json'], ''],
  ['one of any name', ['h1/host/iptables-save.txt', 'h1/meta.json'], 'h1/'],
  // `collect -o host.tgz` names the folder after the file
  ['one called host', ['host/docker/containers.json', 'host/host/iptables-save.txt', 'host/meta.json'], 'host/'],
  ['one called host, without meta.json', ['host/host/iptables-save.txt'], 'host/'],
  ['one called docker', ['docker/netns/web/ss.txt', 'docker/docker/containers.json'], 'docker/'],
  ['one called netns', ['netns/host/iptables-save.txt', 'netns/netns/web/ss.txt', 'netns/meta.json'], 'netns/'],
  ['listings of the host alone', ['host/iptables-save.txt', 'host/ss.txt'], ''],
  ['a container called host alone', ['netns/host/iptables-save.txt', 'netns/host/ss.txt'], ''],
  ['captures of a namespace called docker', ['captures/docker/eth0.pcap'], ''],
  ['two folders', ['h1/host/ss.txt', 'h2/host/ss.txt'], ''],
  ['a file beside the folder', ['h1/host/ss.txt', 'notes.txt'], ''],
  ['nothing', [], ''],
])('%s', (_, paths, top) => expect(topFolder(paths)).toBe(top));
