/** The rooms of src/, and what each may import. Types of the domain (src/model) and addresses (src/address) are open to all. */
const ROOMS = {
  address: [],
  names: ['address'],
  model: ['address'],
  command: ['model'],
  netfilter: ['address', 'model'],
  inventory: ['address', 'model'],
  datapath: ['address', 'model', 'command', 'netfilter', 'inventory'],
  snapshot: ['input.ts', 'address', 'names', 'model', 'command', 'netfilter', 'datapath', 'inventory'],
  change: ['address', 'names', 'model', 'command', 'netfilter', 'datapath', 'inventory', 'snapshot/parsers', 'snapshot/nftables.ts'],
  reachability: ['address', 'model', 'netfilter', 'datapath', 'inventory'],
  audit: ['address', 'model', 'command', 'netfilter', 'datapath', 'reachability', 'inventory', 'change'],
  capture: ['input.ts', 'address', 'model', 'command', 'netfilter'],
  report: ['address', 'model', 'command'],
  kernel: ['own-files.ts', 'address', 'names', 'model', 'netfilter'],
  collect: ['interrupt.ts', 'names'],
  explain: ['address', 'model', 'netfilter', 'datapath', 'inventory'],
  explorer: ['core.ts', 'address', 'model', 'report'],
  topology: ['address', 'model', 'netfilter', 'datapath'],
};

/** Rooms that read and write nothing outside themselves. */
const PURE = [
  'address',
  'names',
  'model',
  'command',
  'netfilter',
  'inventory',
  'datapath',
  'change',
  'reachability',
  'audit',
  'explain',
  'topology',
  'report',
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(ROOMS).map(([room, allowed]) => ({
      name: `layer-${room}`,
      comment: `src/${room} imports only ${[room, ...allowed].join(', ')}: arrows point down the house.`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})(/|$)` },
    })),
    {
      name: 'cli-is-the-top',
      comment: 'Nothing imports the program.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli' },
      to: { path: '^src/cli' },
    },
    {
      name: 'only-the-cli-runs-commands',
      comment: 'A command is started by the program, never by a room; what commands share lies in src/commands/common.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli/|commands/)' },
      to: { path: '^src/commands/' },
    },
    {
      name: 'pure-rooms-do-no-io',
      comment: 'The path of a packet and its reports are functions of their arguments: no files, no clock, no processes.',
      severity: 'error',
      from: { path: `^src/(${PURE.join('|')})/` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-runs-anywhere',
      comment: 'What src/core.ts leads to runs in a browser: no file, no process, no package but those made for both.',
      severity: 'error',
      from: { path: '^src/core\\.ts$' },
      to: { reachable: true, path: '^src/(cli|commands|collect|kernel|capture)/|^(fs|path|crypto|zlib|child_process|stream)$' },
    },
    {
      name: 'the-page-is-bundled',
      comment: 'What draws the page runs in a browser: the build makes one script of it, and no module of the program imports it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/explorer/page/' },
      to: { path: '^src/explorer/page/' },
    },
    {
      name: 'model-is-types',
      comment: 'src/model holds plain types: it needs no package.',
      severity: 'error',
      from: { path: '^src/model/' },
      to: { path: 'node_modules' },
    },
    {
      name: 'no-circle',
      comment:
        'A circle of imports, of types as well, hides what depends on what. Only the grammar of nftables is one: an expression may be a set, whose elements are expressions and carry statements.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/model/nftables/(element|expression|statement)\\.ts$' },
      to: { circular: true },
    },
    {
      name: 'no-dev-package-at-run-time',
      comment: 'What ships may only need what is installed with it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '^node_modules/@types/' },
    },
    {
      name: 'resolvable',
      comment: 'Every import leads somewhere.',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-orphan',
      comment: 'A module that nothing uses is dead.',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '^src/(cli|core|index|explorer/page/main)\\.ts$|\\.d\\.ts$' },
      to: {},
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
