import type { Attack } from '../attack.js';
import { recorded, written, writtenFile } from './base.js';
import { small } from './packed.js';

/** What a terminal acts on: titles, clipboards, links, fonts, answers typed back, cursor, colours; in seven bits and eight; and what changes the order of words. */
const TERMINAL = [
  '\u001b]0;owned\u0007',
  '\u001b]52;c;b3duZWQ=\u0007',
  '\u001b]8;;https://owned.example\u001b\\click\u001b]8;;\u001b\\',
  '\u001b]50;?\u0007',
  '\u001bP+q544e\u001b\\',
  '\u001bP$q"p\u001b\\',
  '\u001b_Gf=24;x\u001b\\',
  '\u001b[6n\u001b[c\u001b[>c',
  '\u001b[2J\u001b[H\u001bc',
  '\u001b[8m\u001b[?1049h',
  '\u009d0;owned\u009c\u009b2J',
  '\u202eevil\u202c\u2066x\u2069\u200f',
  'a\bb\rc\vd\fe\u0085f\u2028g',
  '\u{e0041}\u{e0042}\ufe0f\u200d',
  '\ud800',
  '\u0000',
];

/** What a page, a diagram, a table or a build acts on. */
const MARKUP = [
  '<script>document.title="owned"</script>',
  '"><svg/onload=alert(1)>',
  "'><img src=x onerror=alert(1)>",
  '</title></style></textarea></script><script>alert(1)</script>',
  '--><!--<script>alert(1)</script>',
  ']]><script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>',
  '<!DOCTYPE x [<!ENTITY a "b">]>&a;',
  '&lt;script&gt;',
  '&#x3c;img src=x&#x3e;',
  '[x](javascript:alert(1)) ![x](//owned.example/x.png)',
  '[x]: javascript:alert(1)\n[x]',
  '<javascript:alert(1)> <https://owned.example>',
  '`` ` ``<img src=x>`',
  '| a | b |\n|---|---|\n# head\n---\n- [ ] x',
  '```\n<img src=x>\n```',
  '%%{init: {"securityLevel":"loose"}}%%\nclick A "javascript:alert(1)"',
  '"];B["x',
  '=HYPERLINK("http://owned.example","x")',
  '@SUM(1+1)*cmd|"/c calc"!A0',
  '\t=1+1',
  '::set-output name=x::y',
  '::add-mask::x',
  '##vso[task.setvariable variable=x]y',
  "##teamcity[buildStatus text='x']",
  '\u001b[0Ksection_start:1:x\r',
  '{{7*7}}${7*7}<%=7*7%>#{7*7}',
];

/** What shells of either family act on. */
const SHELL = [
  '$(id>/tmp/PWN)',
  '`id>/tmp/PWN`',
  "'; id>/tmp/PWN; '",
  '"; id>/tmp/PWN; "',
  '!!',
  '!$',
  '~root',
  '{a,b}',
  '*',
  '-oProxyCommand=id',
  '--to-destination=x',
  '%PATH% & calc',
  '^& calc',
  '$env:PATH; calc',
  '`n calc',
  '<(id)',
  '\\\n id',
  '#x',
  'a\u00a0b',
];

/** Puts a text wherever a host lets anybody write one. */
function saying(text: string): Map<string, string> {
  const files = recorded('docker28-dual');
  const inJson = JSON.stringify(text).slice(1, -1);
  const line = text.replace(/[\n\r\u2028\u2029\u0085\v\f]/g, '');
  const quoted = line.replace(/["\\]/g, '\\$&');
  for (const [path, old] of files) {
    if (path.startsWith('docker/'))
      files.set(
        path,
        old
          .replace(/("Image": ?")/g, (found) => found + inJson)
          .replace(/("(?:Source|Destination|Description)": ?")/g, (found) => found + inJson),
      );
    else if (path.endsWith('ip-addr.json'))
      files.set(
        path,
        old.replace(/("ifname":)/g, (found) => `"ifalias":"${inJson}",${found}`),
      );
    else if (path.endsWith('ss.txt'))
      files.set(
        path,
        old.replace(/users:\(\("/g, (found) => found + quoted.slice(0, 15)),
      );
    else if (path.endsWith('tables-save.txt'))
      files.set(
        path,
        old.replace(/^(\S* ?-A \S+)(?= )/gm, (found) => `${found} -m comment --comment "${quoted}"`),
      );
  }
  files.set(
    'meta.json',
    `{"format":"dtrace-path-snapshot/1","hostname":"${inJson}","kernel":"${inJson}","docker":"${inJson}","collectedAt":"${inJson}","lacking":[{"file":"${inJson}","command":"${inJson}","why":"${inJson}"}]}`,
  );
  return files
    .set('host/sysctl.txt', `${files.get('host/sysctl.txt') ?? ''}${line} = ${line}\n`)
    .set(`host/${line.replaceAll('/', '').replaceAll('\0', '').slice(0, 80) || 'x'}.txt`, text);
}

const says = (name: string, texts: readonly string[]): Attack => ({
  name,
  make: (folder) => ({ snapshot: written(folder, saying(texts.join(' '))) }),
  names: ['web6'],
});

const deep = (open: string, close: string): string => open.repeat(100_000) + close.repeat(100_000);
const json = (name: string, files: Readonly<Record<string, string>>): Attack => ({
  name,
  make: (folder) => ({ snapshot: written(folder, [...small(), ...Object.entries(files)]) }),
});

/** Listings that are more than their readers bargain for. */
export const TEXTS: readonly Attack[] = [
  says('what a terminal acts on, in every text', TERMINAL),
  says('what a page or a build acts on, in every text', MARKUP),
  says('what a shell acts on, in every text', SHELL),
  json('names of the language', {
    'docker/containers.json':
      '[{"Id":"__proto__","Name":"/constructor","__proto__":{"Name":"/x"},"constructor":{"prototype":{"polluted":1}},"NetworkSettings":{"Networks":{"__proto__":{"IPAddress":"172.17.0.2"},"toString":{}},"Ports":{"__proto__":null}}}]',
    'host/sysctl.txt': '__proto__.polluted = 1\nnet.ipv4.__proto__ = 1\nconstructor = 1\n',
    'host/ip-route.json': '[{"dst":"__proto__","dev":"constructor","__proto__":{"dst":"default"}}]',
    'meta.json': '{"__proto__":{"hostname":"x"},"lacking":{"__proto__":[]}}',
  }),
  json('members twice, with two meanings', {
    'docker/containers.json':
      '[{"Id":"aaaaaaaaaaaa","Id":"bbbbbbbbbbbb","Name":"/one","Name":"/two","HostConfig":{"NetworkMode":"host"},"HostConfig":{"NetworkMode":"none"}}]',
  }),
  json('a hundred thousand levels', {
    'docker/containers.json': deep('[', ']'),
    'docker/info.json': deep('{"a":', '}'),
    'host/ip-route.json': `[{"dst":${deep('[', ']')}}]`,
    'host/nft-ruleset.json': `{"nftables":[{"rule":{"family":"ip","table":"t","chain":"c","expr":${deep('[{"match":', '}]')}}}]}`,
    'host/nft-ruleset.txt': `table ip t { chain c { ${'{ '.repeat(100_000)}`,
  }),
  json('numbers that no kernel counts to', {
    'host/ip-route.json':
      '[{"dst":"0.0.0.0/0","dev":"lo","metric":1e400,"table":-1},{"dst":"1e9","dev":"lo"},{"dst":"10.0.0.0/99999999999999999999","dev":"lo"}]',
    'docker/networks.json':
      '[{"Id":"n","Name":"n","Driver":"bridge","IPAM":{"Config":[{"Subnet":"0.0.0.0/0"},{"Subnet":"::/0"},{"Subnet":"10.0.0.0/-1"}]}}]',
    'host/ip-rule.txt': '99999999999999999999: from all lookup 99999999999999999999 goto 99999999999999999999\n',
  }),
  {
    name: 'lines of nothing but a separator, in every listing',
    make: (folder) => {
      const separators = [
        ' ',
        '\t',
        ',',
        ':',
        ';',
        '/',
        '-',
        '"',
        "'",
        '\\',
        '(',
        '[',
        '{',
        '=',
        '#',
        '|',
        '@',
        '.',
        '!',
        '$',
        '\u001b[',
        '- ',
        '-A ',
        ': ',
        '0 ',
      ];
      const lines = separators.map((one) => one.repeat(4_000 / one.length)).join('\n');
      const names = [
        'iptables-save',
        'iptables-list',
        'nft-ruleset',
        'ipset-save',
        'ip-addr',
        'ip-route',
        'ip-rule',
        'ip-neigh',
        'bridge-link',
        'bridge-fdb',
        'bridge-vlan',
        'brctl-show',
        'ss',
        'netstat',
        'sysctl',
        'ps',
        'dmesg',
        'ifconfig',
        'ipvs-save',
        'services',
        'testimony',
      ];
      return {
        snapshot: written(folder, [
          ...small(),
          ...names.map((name) => [`host/${name}.txt`, `${lines}\n`] as const),
          ['docker/ps.txt', lines],
          ['docker/info.txt', lines],
        ]),
      };
    },
  },
  {
    name: 'lines of nothing but a separator, in a paste',
    make: (folder) => {
      const separators = [
        '#',
        '$',
        '>',
        '`',
        '|',
        '~',
        '=',
        '-',
        '*',
        '_',
        '<',
        '<b>',
        '"',
        '\\',
        ' ',
        '\t',
        '(',
        '[',
        'root@h:~# ',
        '==> ',
        '\u001b[0m',
        '\r',
        '&lt;',
        'ip ',
      ];
      return {
        snapshot: writtenFile(
          folder,
          'paste.txt',
          `${separators.map((one) => one.repeat(40_000 / one.length)).join('\n')}\nroot@h:~# ip a\n1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n`,
        ),
      };
    },
  },
];
