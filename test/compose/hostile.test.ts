import { describe, expect, it } from 'vitest';
import { whatIf } from '../../src/change/index.js';
import { readDotenv, readProject, type ComposeFile } from '../../src/compose/index.js';
import type { ComposeProject } from '../../src/model/compose.js';
import { loadSnapshot } from '../../src/snapshot/load.js';

const HOST = new URL('../../fixtures/hosts/docker28-bridge', import.meta.url).pathname;

function read(text: string, variables: Readonly<Record<string, string>> = {}, others: readonly ComposeFile[] = []): ComposeProject {
  return readProject([{ file: 'c.yaml', text }], {
    profiles: [],
    folder: 'p',
    variables: new Map(Object.entries(variables)),
    read: (path) => others.find(({ file }) => file === path),
  });
}

function fault(read_: () => unknown): string {
  try {
    read_();
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return 'nothing was thrown';
}

/** One service `web` with these lines. */
const web = (...lines: readonly string[]): string =>
  ['services:', '  web:', '    image: i', ...lines.map((line) => `    ${line}`)].join('\n');
const laughs = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...'bcdefgh'.split('').map((key, i) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`),
];

describe('a Compose file of an enemy is refused with its line', () => {
  it.each([
    ['more of them than the reader goes down', `x-l: ${'['.repeat(9000)}${']'.repeat(9000)}\n${web()}`, /more than 100 levels/],
    ['the same by dashes', `${web()}\nx-l:\n  ${'- '.repeat(9000)}a`, /more than 100 levels/],
    [
      'aliases of aliases',
      `x-l:\n${laughs.map((line) => `  ${line}`).join('\n')}\n${web()}`,
      /^ComposeError: c\.yaml:\d+: more than 50000 values once aliases/,
    ],
    ['an alias of itself', 'services: &s\n  web: *s', /^ComposeError: c\.yaml:2: not YAML: a name stands inside what it is an alias of/],
    ['brackets without end', '['.repeat(100_000), /^ComposeError: c\.yaml:1: not YAML: /],
    ['levels without end', `x-a: ${'['.repeat(70)}${']'.repeat(70)}\n${web()}`, /more than 64 levels/],
    ['tags that make something of a value', web('environment: !!js/function hunter2'), /c\.yaml:4: a tag that Compose does not know/],
    ['bytes for a text', web('labels: {a: !!binary aGk=}'), /c\.yaml:4: a tag that Compose does not know/],
    ['a key twice', web('ports: ["1:1"]', 'ports: ["2:2"]'), /c\.yaml:5: not YAML: Map keys must be unique/],
    [
      'a name of a service that no container can have',
      'services:\n  "a\\u001b[31m":\n    image: i',
      /c\.yaml:2: .*cannot be called this: the name holds a control character/,
    ],
    [
      'a name that leads to another folder',
      web('container_name: ../../etc'),
      /c\.yaml:2: service web .*cannot be called this: the name holds a \//,
    ],
    [
      'a network that none can be called',
      `${web('networks: [n]')}\nnetworks: {n: {name: "a b"}}`,
      /c\.yaml:5: network a b: a network cannot be called this: the name holds a blank/,
    ],
    [
      'a bridge that none can be called',
      `${web('networks: [n]')}\nnetworks: {n: {driver_opts: {com.docker.network.bridge.name: "a/b"}}}`,
      /an interface cannot be called this: the name holds a \//,
    ],
    ['an image that reads like an option', 'services: {web: {image: "--privileged"}}', /c\.yaml:1: the image of service web has no name/],
    ['a port that is none', web('ports: ["70000:80"]'), /c\.yaml:4: "70000" is no port of the host/],
    ['ranges of two lengths', web('ports: ["1-3:1-2"]'), /c\.yaml:4: the ranges 1-3 and 1-2 are not of one length/],
    ['a port of another protocol', web('ports: ["80:80/dccp"]'), /c\.yaml:4: the protocol of a port is tcp, udp or sctp, not "dccp"/],
    ['every port', web('ports: ["1-65535:1-65535"]'), /65535 ports are published: more than 8192 are not modelled/],
    ['many containers', web('scale: 999999', 'network_mode: none'), /999999 containers of one service/],
    ['nothing to make a container of', 'services: {web: {ports: ["80:80"]}}', /c\.yaml:1: service web has neither image nor build/],
    [
      'a program that Compose would run',
      'services: {web: {provider: {type: model}}}',
      /c\.yaml:1: "provider" in services\.web is not understood, so what it opens is not known/,
    ],
    [
      'one name for two containers',
      'services: {a: {image: i, container_name: x}, b: {image: i, container_name: x}}',
      /c\.yaml:1: the name x is that of the container of service a already/,
    ],
    ['two counts', web('scale: 2', 'deploy: {replicas: 3}'), /c\.yaml:4: service web has scale 2 and deploy\.replicas 3/],
    ['the namespace of a service that is none', web('ipc: "service:db"'), /service web depends on "db", which is no service of the file/],
    ['services in a circle', 'services: {a: {image: i, depends_on: [b]}, b: {image: i, depends_on: [a]}}', /in a circle: a → b → a/],
    ['a service that extends itself', web('extends: web'), /c\.yaml:4: service web extends itself/],
    ['a file that is not to be read', web('extends: {service: x, file: /etc/passwd}'), /c\.yaml:4: the file \/etc\/passwd cannot be read/],
    [
      'a key that means something elsewhere',
      web('networks: {default: {link_local_ips: [169.254.8.8]}}'),
      /"link_local_ips" in services\.web\.networks\.default is not understood/,
    ],
    [
      'a variable inside a variable without end',
      web(`labels: ["${'${A:-'.repeat(500)}${'}'.repeat(500)}"]`),
      /c\.yaml:4: more than 32 variables, one inside the other/,
    ],
    [
      'a variable that is demanded',
      web('image: "${TAG:?say which}"').replace('    image: i\n', ''),
      /c\.yaml:3: the variable TAG has to be set \(say which\)/,
    ],
    [
      'the prototype of everything',
      'services: {web: {image: i, networks: [__proto__]}}',
      /network "__proto__", which the file does not declare/,
    ],
  ])('%s', async (_, text, message) => {
    const host = await loadSnapshot(HOST);
    const said = fault(() => whatIf(host, [read(text)]));
    expect(said).toMatch(message);
    expect(said).not.toContain('hunter2');
  });

  it('variables of variables are not filled in without end', () => {
    const lines = [
      'A=xxxxxxxxxxxxxxxx',
      ...Array.from({ length: 25 }, (_, i) => `${String.fromCharCode(66 + i)}=${`$${String.fromCharCode(65 + i)}`.repeat(9)}`),
    ];
    expect(fault(() => readDotenv(lines.join('\n'), '.env', new Map()))).toMatch(/^ComposeError: \.env:\d+: longer than 65536 characters/);
  });

  it('one name named everywhere is not filled in without end', () => {
    const labels = Array.from({ length: 200 }, (_, i) => `      l${i}: $A`).join('\n');
    expect(fault(() => read(web(`labels:\n${labels}`), { A: 'x'.repeat(60_000) }))).toMatch(/more than 4194304 characters/);
  });

  it('files that include one another end', () => {
    const others = ['a', 'b'].map((file) => ({ file, text: 'include: [a, b]' }));
    expect(fault(() => read(`include: [a, b]\n${web()}`, {}, others))).toMatch(/more than 200 times another file is named|without end/);
  });

  it('no password is told of, in whatever way a file is broken', () => {
    const secrets = [
      'PASSWORD: *hunter2',
      'PASSWORD: "hunter2',
      'PASSWORD: ${hunter2!}',
      'PASSWORD: ab${1hunter2}',
      'PASSWORD: "x" hunter2',
      'hunter2',
      '- PASSWORD: !hunter2 x',
      'PASSWORD: {hunter2',
      'PASSWORD: @hunter2',
    ];
    for (const secret of secrets) {
      const said = fault(() => read(web(`environment:`, `  ${secret}`)));
      expect(said.includes('hunter2'), `${secret}: ${said}`).toBe(false);
    }
    expect(fault(() => readDotenv('A=1\nhunter2 hunter2\n', '.env', new Map()))).toBe('ComposeError: .env:2: not a line of NAME=VALUE');
  });

  it('neither environment nor labels nor commands go into the names of what is made', () => {
    const project = read(
      web(
        'environment: {P: hunter2}',
        'command: [run, hunter2]',
        'entrypoint: hunter2',
        'healthcheck: {test: hunter2}',
        'build: {args: {P: hunter2}}',
      ),
    );
    expect(JSON.stringify(project)).not.toContain('hunter2');
  });
});
