import type { Register } from './program.js';

/** A command of the program: its file is loaded only when it is asked for. */
export interface CommandEntry {
  readonly name: string;
  readonly load: () => Promise<Register>;
  /** Set for commands whose start tells: the build makes one file of these modules of the program and what they load. */
  readonly bundle?: BundledModules;
}

/** Paths are relative to the program's folder. */
export interface BundledModules {
  readonly module: string;
  readonly register: string;
  /** What every run of the command comes to load later. */
  readonly later: readonly string[];
}

/** The first is the default. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'trace',
    load: async () => (await import('../commands/trace.js')).registerTrace,
    bundle: {
      module: 'commands/trace.js',
      register: 'registerTrace',
      later: ['datapath/index.js', 'report/trace/text.js', 'snapshot/load.js'],
    },
  },
  { name: 'audit', load: async () => (await import('../commands/audit/audit.js')).registerAudit },
  { name: 'check', load: async () => (await import('../commands/check.js')).registerCheck },
  { name: 'diff', load: async () => (await import('../commands/diff/diff.js')).registerDiff },
  {
    name: 'matrix',
    load: async () => (await import('../commands/matrix.js')).registerMatrix,
    bundle: {
      module: 'commands/matrix.js',
      register: 'registerMatrix',
      later: ['datapath/index.js', 'reachability/matrix.js', 'report/matrix/json.js', 'report/matrix/text.js', 'snapshot/load.js'],
    },
  },
  { name: 'inspect', load: async () => (await import('../commands/inspect.js')).registerInspect },
  {
    name: 'flows',
    load: async () => (await import('../commands/flows.js')).registerFlows,
    bundle: {
      module: 'commands/flows.js',
      register: 'registerFlows',
      later: ['capture/flows/build.js', 'commands/common/captures.js', 'report/flows/text.js'],
    },
  },
  { name: 'capture', load: async () => (await import('../commands/capture.js')).registerCapture },
  { name: 'explain', load: async () => (await import('../commands/explain.js')).registerExplain },
  { name: 'topology', load: async () => (await import('../commands/topology.js')).registerTopology },
  { name: 'explore', load: async () => (await import('../commands/explore.js')).registerExplore },
  { name: 'collect', load: async () => (await import('../commands/collect.js')).registerCollect },
  { name: 'verify', load: async () => (await import('../commands/verify.js')).registerVerify },
  { name: 'completion', load: async () => (await import('../commands/completion.js')).registerCompletion },
];
