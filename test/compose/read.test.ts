import { describe, expect, it } from 'vitest';
import { readDotenv, readProject, type ComposeFile } from '../../src/compose/index.js';
import type { ComposeProject } from '../../src/model/compose.js';

interface Given {
  readonly variables?: Readonly<Record<string, string>>;
  readonly profiles?: readonly string[];
  readonly others?: readonly ComposeFile[];
}

function read(texts: readonly string[], { variables = {}, profiles = [], others = [] }: Given = {}): ComposeProject {
  return readProject(
    texts.map((text, i) => ({ file: `${i}.yaml`, text })),
    {
      profiles,
      folder: 'My Shop!',
      variables: new Map(Object.entries(variables)),
      read: (path) => others.find(({ file }) => file === path),
    },
  );
}

/** Words behind an option of the first container. */
function words(project: ComposeProject, flag: string, at = 0): readonly string[] {
  const options = project.containers[at]?.options ?? [];
  return options.filter((_, i) => options[i - 1] === flag);
}

const web = (...lines: readonly string[]): string =>
  ['services:', '  web:', '    image: i', ...lines.map((line) => `    ${line}`)].join('\n');

describe('ports, as docker run would be given them (compose-spec, ports)', () => {
  it.each([
    ['80', ['80/tcp']],
    ['"80"', ['80/tcp']],
    ['"80/udp"', ['80/udp']],
    ['"8080:80"', ['8080:80/tcp']],
    ['"3000-3002"', ['3000/tcp', '3001/tcp', '3002/tcp']],
    ['"9000-9001:80-81"', ['9000:80/tcp', '9001:81/tcp']],
    ['"9000-9009:80"', ['9000-9009:80/tcp']],
    ['"127.0.0.1:80:80"', ['127.0.0.1:80:80/tcp']],
    ['"127.0.0.1::80"', ['127.0.0.1::80/tcp']],
    ['"127.0.0.1:5000-5001:5000-5001/UDP"', ['127.0.0.1:5000:5000/udp', '127.0.0.1:5001:5001/udp']],
    ['"[::1]:6001:6001"', ['[::1]:6001:6001/tcp']],
    ['"::1:6001:6001"', ['[::1]:6001:6001/tcp']],
    ['22:22', ['22:22/tcp']],
    ['{target: 80}', ['80/tcp']],
    ['{target: 80, published: 8080}', ['8080:80/tcp']],
    ['{target: 80, published: "8080-8089"}', ['8080-8089:80/tcp']],
    [
      '{target: 80, published: "8080", host_ip: 127.0.0.1, protocol: udp, mode: host, app_protocol: http, name: x}',
      ['127.0.0.1:8080:80/udp'],
    ],
    ['{target: 80, published: "8080", host_ip: "::1"}', ['[::1]:8080:80/tcp']],
  ])('%s', (port, expected) => expect(words(read([web(`ports: [${port}]`)]), '-p')).toEqual(expected));
});

describe('variables (compose-spec, interpolation)', () => {
  it.each([
    ['$A', 'one'],
    ['${A}', 'one'],
    ['${NONE}', ''],
    ['$$A', '$A'],
    ['$${A}', '${A}'],
    ['${A:-two}', 'one'],
    ['${NONE:-two}', 'two'],
    ['${EMPTY:-two}', 'two'],
    ['${EMPTY-two}', ''],
    ['${NONE-two}', 'two'],
    ['${NONE:-${A}}', 'one'],
    ['${NONE:-${OTHER:-three}}x', 'threex'],
    ['${A:+yes}', 'yes'],
    ['${EMPTY:+yes}', ''],
    ['${EMPTY+yes}', 'yes'],
    ['${A:?no}', 'one'],
    ['a${A}b$A-c', 'aonebone-c'],
  ])('%s', (text, expected) =>
    expect(words(read([web(`labels: {l: "${text}"}`)], { variables: { A: 'one', EMPTY: '' } }), '--label')).toContain(`l=${expected}`),
  );

  it('tells of each that nobody set, once, where it is first named', () => {
    const { notes } = read([web('labels: [$A, $A, $B]')], { variables: { B: 'x' } });
    expect(notes).toEqual([{ origin: { file: '0.yaml', line: 4 }, message: 'the variable A is not set: it stands for nothing' }]);
  });

  it('reads a file of variables', () => {
    const text = [
      '# note',
      '',
      'A=1',
      'export B = two words # note',
      "C='$A # kept'",
      'D="$A\\n\\$A"',
      'E: yaml',
      'F=',
      'G=${A}x',
      'H="two',
      'lines"',
      'I=a#b',
    ].join('\r\n');
    expect(Object.fromEntries(readDotenv(text, '.env', new Map([['A', 'given']])))).toEqual({
      A: 'given',
      B: 'two words',
      C: '$A # kept',
      D: 'given\n$A',
      E: 'yaml',
      F: '',
      G: 'givenx',
      H: 'two\nlines',
      I: 'a#b',
    });
  });
});

describe('several files, and services that extend others (compose-spec, merge and extends)', () => {
  it('lays a later file over an earlier one', () => {
    const over = web('ports: ["2:2", "1:1"]', 'labels: [a=2]', 'cap_add: [SYS_TIME]').replace('image: i', 'image: j');
    const project = read([web('ports: ["1:1"]', 'labels: {a: 1, b: 1}', 'cap_add: [NET_ADMIN]'), over]);
    expect(project.containers[0]?.image).toBe('j');
    expect(words(project, '-p')).toEqual(['1:1/tcp', '2:2/tcp']);
    expect(words(project, '--label')).toEqual(expect.arrayContaining(['a=2', 'b=1']));
    expect(words(project, '--cap-add')).toEqual(['NET_ADMIN', 'SYS_TIME']);
  });

  it('takes away what !reset marks, and puts what !override marks in its place', () => {
    const base = web('ports: ["1:1"]', 'cap_add: [NET_ADMIN]');
    expect(words(read([base, web('ports: !reset []')]), '-p')).toEqual([]);
    expect(words(read([base, web('ports: !override ["3:3"]')]), '-p')).toEqual(['3:3/tcp']);
  });

  it('extends services of this file and of others, one behind the other', () => {
    const others = [{ file: 'base.yaml', text: 'services: {root: {image: r, expose: [1]}, mid: {extends: root, expose: [2]}}' }];
    const project = read([web('extends: {file: base.yaml, service: mid}', 'expose: [3]')], { others });
    expect(words(project, '--expose')).toEqual(['1/tcp', '2/tcp', '3/tcp']);
    expect(project.containers[0]?.image).toBe('i');
  });

  it('fills in anchors and merge keys; what is written beside them wins', () => {
    const text = 'x-a: &a {image: i, expose: [1]}\nx-b: &b {image: j, privileged: true}\nservices: {web: {<<: [*a, *b], expose: [2]}}';
    const project = read([text]);
    expect(project.containers[0]).toMatchObject({ image: 'i' });
    expect(words(project, '--expose')).toEqual(['2/tcp']);
    expect(project.containers[0]?.options).toContain('--privileged');
  });

  it('includes other files, and refuses what is there twice', () => {
    const others = [{ file: 'db.yaml', text: 'services: {db: {image: d}}' }];
    expect(read([`include: [db.yaml]\n${web()}`], { others }).containers.map(({ name }) => name)).toEqual(['myshop-db-1', 'myshop-web-1']);
    const beside = [
      { file: 'sub/db.yaml', text: 'services: {db: {image: d, labels: {l: "${A} ${B}"}}}' },
      { file: '.env', text: 'A=1\nB=2' },
    ];
    const project = read(['include: [sub/db.yaml]\nservices: {}'], { others: beside, variables: { B: 'given' } });
    expect(words(project, '--label')).toContain('l=1 given');
    expect(() => read(['include: [db.yaml]\nservices: {db: {image: x}}'], { others })).toThrow(
      '0.yaml:1: services.db is here and in db.yaml',
    );
  });
});

describe('what is started, and by what name', () => {
  const profiled = 'services: {a: {image: i}, b: {image: i, profiles: [x]}, c: {image: i, profiles: [y], depends_on: [b]}}';
  it.each([
    [[], ['a']],
    [['x'], ['a', 'b']],
    [
      ['x', 'y'],
      ['a', 'b', 'c'],
    ],
    [['*'], ['a', 'b', 'c']],
  ])('profiles %j', (profiles, expected) =>
    expect(read([profiled], { profiles }).containers.map(({ service }) => service)).toEqual(expected),
  );

  it('a service of a profile that is not active is not waited for', () => {
    expect(() => read([profiled], { profiles: ['y'] })).toThrow('service c depends on "b", which has another profile');
    const mild = 'services: {a: {image: i, depends_on: {b: {condition: service_started, required: false}}}, b: {image: i, profiles: [x]}}';
    expect(read([mild]).containers.map(({ service }) => service)).toEqual(['a']);
  });

  it.each([
    ['depends_on: [z]'],
    ['links: ["z:alias"]'],
    ['network_mode: "service:z"'],
    ['ipc: "service:z"'],
    ['pid: "service:z"'],
    ['volumes_from: ["z:ro"]'],
  ])('whose namespace or volumes one shares is started before: %s', (line) =>
    expect(read([`${web(line)}\n  z: {image: i}`]).containers.map(({ service }) => service)).toEqual(['z', 'web']),
  );

  it.each([
    ['that wait for one another', '{a: {image: i}, b: {image: i, depends_on: [a]}, c: {image: i, depends_on: [b]}}', []],
    ['that wait for a third', '{a: {image: i}, b: {image: i, depends_on: [a]}, c: {image: i, depends_on: [a]}}', ['p-b-1 and p-c-1']],
    ['of one service', '{a: {image: i, scale: 2}}', ['p-a-1 and p-a-2']],
    ['on networks of their own', '{a: {image: i, networks: [x]}, b: {image: i, networks: [y]}}', []],
    ['whose addresses are named', '{a: {image: i, networks: {z: {ipv4_address: 10.9.0.5}}}, b: {image: i, networks: [z]}}', []],
  ])('tells that chance gives out addresses: containers %s', (_, services, expected) => {
    const text = `name: p\nservices: ${services}\nnetworks: {x: {}, y: {}, z: {ipam: {config: [{subnet: 10.9.0.0/24}]}}}`;
    expect(read([text]).notes.map(({ message }) => message.split(', and others')[0])).toEqual(expected);
  });

  it('takes a port that is written twice, short and long or in two files, for one', () => {
    const twice = web('ports: ["8080:80", {target: 80, published: 8080}, "8080:80/tcp", "8081:80"]');
    expect(words(read([twice, web('ports: [{target: 80, published: "8081"}]')]), '-p')).toEqual(['8080:80/tcp', '8081:80/tcp']);
    expect(() => read([web('ports: ["80:0"]')])).toThrow('a container has no port 0');
  });

  it.each([
    ['name: of-file\n', {}, 'of-file'],
    ['name: ${WHO:-some}-${ENV}\n', { ENV: 'prod' }, 'some-prod'],
    ['name: ${NOBODY}\n', {}, 'myshop'],
    ['', {}, 'myshop'],
    ['name: of-file\n', { COMPOSE_PROJECT_NAME: 'given' }, 'given'],
  ])('%j %j', (head, variables, expected) => expect(read([head + web()], { variables }).name).toBe(expected));

  it('networks: the default one where none is named, those that are used alone, names as they are declared', () => {
    const project = read([
      `${web('networks: {a: {aliases: [x], ipv4_address: 10.9.0.5}}')}\nnetworks: {a: {name: real, internal: true, ipam: {config: [{subnet: 10.9.0.0/24}]}}, b: {}}`,
    ]);
    expect(
      project.networks.map(({ name, create }) => [name, create.filter((word) => word.startsWith('--') && word !== '--label')]),
    ).toEqual([['real', ['--internal', '--subnet']]]);
    expect(project.containers[0]?.places).toEqual([
      { network: 'real', aliases: ['web', 'x'], addresses: ['--ip', '10.9.0.5'], gatewayPriority: 0 },
    ]);
    expect(read([web()]).networks.map(({ name }) => name)).toEqual(['myshop_default']);
  });

  it('tells of what only a swarm does', () => {
    const { notes } = read([web('ports: [{target: 80, published: 80, mode: ingress}]', 'deploy: {mode: global, endpoint_mode: vip}')]);
    expect(notes.map(({ message }) => message.split(';')[0])).toEqual([
      'service web publishes in mode ingress, which a swarm does on every node',
      'deploy.mode of service web is for a swarm alone',
      'deploy.endpoint_mode of service web is for a swarm alone',
    ]);
  });
});
