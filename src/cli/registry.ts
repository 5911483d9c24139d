import type { Register } from './program.js';

/** A command of the program: its file is loaded only when it is asked for. */
export interface CommandEntry {
  readonly name: string;
  readonly load: () => Promise<Register>;
  /** The name of its registering function, and of the module that has it, for the build. */
  readonly register: string;
  readonly module: string;
  /** The bundle that it starts from, where it has one. */
  readonly bundle?: BundleName;
}

export type BundleName = keyof typeof BUNDLES;

/**
 * The build makes one file of each of these, so that a command starts faster: of its commands and of what their runs come to load later. The most
 * asked for has one of its own, that no other command makes longer to read. Paths are relative to the program's folder.
 */
export const BUNDLES = {
  trace: ['datapath/index.js', 'report/trace/text.js', 'snapshot/load.js'],
  flows: ['capture/flows/build.js', 'commands/common/captures.js', 'report/flows/text.js'],
  most: [
    'audit/engine.js',
    'audit/suppress.js',
    'change/index.js',
    'datapath/index.js',
    'explain/index.js',
    'reachability/diff/diff.js',
    'reachability/matrix.js',
    'reachability/policy/engine.js',
    'report/audit/text.js',
    'report/explanation-text.js',
    'report/inspect-text.js',
    'report/matrix/json.js',
    'report/matrix/text.js',
    'report/topology/text.js',
    'snapshot/inspection.js',
    'snapshot/load.js',
    'topology/index.js',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The first is the default. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'trace',
    load: async () => (await import('../commands/trace.js')).registerTrace,
    register: 'registerTrace',
    module: 'commands/trace.js',
    bundle: 'trace',
  },
  {
    name: 'audit',
    load: async () => (await import('../commands/audit/audit.js')).registerAudit,
    register: 'registerAudit',
    module: 'commands/audit/audit.js',
    bundle: 'most',
  },
  {
    name: 'check',
    load: async () => (await import('../commands/check.js')).registerCheck,
    register: 'registerCheck',
    module: 'commands/check.js',
    bundle: 'most',
  },
  {
    name: 'diff',
    load: async () => (await import('../commands/diff/diff.js')).registerDiff,
    register: 'registerDiff',
    module: 'commands/diff/diff.js',
    bundle: 'most',
  },
  {
    name: 'matrix',
    load: async () => (await import('../commands/matrix.js')).registerMatrix,
    register: 'registerMatrix',
    module: 'commands/matrix.js',
    bundle: 'most',
  },
  {
    name: 'inspect',
    load: async () => (await import('../commands/inspect.js')).registerInspect,
    register: 'registerInspect',
    module: 'commands/inspect.js',
    bundle: 'most',
  },
  {
    name: 'flows',
    load: async () => (await import('../commands/flows.js')).registerFlows,
    register: 'registerFlows',
    module: 'commands/flows.js',
    bundle: 'flows',
  },
  {
    name: 'capture',
    load: async () => (await import('../commands/capture.js')).registerCapture,
    register: 'registerCapture',
    module: 'commands/capture.js',
  },
  {
    name: 'explain',
    load: async () => (await import('../commands/explain.js')).registerExplain,
    register: 'registerExplain',
    module: 'commands/explain.js',
    bundle: 'most',
  },
  {
    name: 'topology',
    load: async () => (await import('../commands/topology.js')).registerTopology,
    register: 'registerTopology',
    module: 'commands/topology.js',
    bundle: 'most',
  },
  {
    name: 'explore',
    load: async () => (await import('../commands/explore.js')).registerExplore,
    register: 'registerExplore',
    module: 'commands/explore.js',
  },
  {
    name: 'mcp',
    load: async () => (await import('../commands/mcp/mcp.js')).registerMcp,
    register: 'registerMcp',
    module: 'commands/mcp/mcp.js',
  },
  {
    name: 'collect',
    load: async () => (await import('../commands/collect.js')).registerCollect,
    register: 'registerCollect',
    module: 'commands/collect.js',
  },
  {
    name: 'verify',
    load: async () => (await import('../commands/verify.js')).registerVerify,
    register: 'registerVerify',
    module: 'commands/verify.js',
  },
  {
    name: 'init',
    load: async () => (await import('../commands/init.js')).registerInit,
    register: 'registerInit',
    module: 'commands/init.js',
  },
  {
    name: 'completion',
    load: async () => (await import('../commands/completion.js')).registerCompletion,
    register: 'registerCompletion',
    module: 'commands/completion.js',
  },
];
