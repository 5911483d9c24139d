import type { Command } from 'commander';
import type { Topology } from '../model/topology.js';
import { openOutput, widthOf } from './common/output.js';
import { inertJson } from '../report/index.js';
import { announce, counted } from './common/announce.js';
import { addPrintOptions } from './common/print-options.js';
import { styled } from './common/run-style.js';
import { addFiles, addSnapshotOptions, readHost, withFiles } from './common/snapshot-options.js';

type Render = (topology: Topology) => string;

/** Every format by its name; each is loaded only when it is asked for. */
const FORMATS: ReadonlyMap<string, () => Promise<Render>> = new Map([
  ['text', async () => (await import('../report/topology/text.js')).renderTopologyText],
  ['mermaid', async () => (await import('../report/topology/mermaid.js')).renderTopologyMermaid],
  ['dot', async () => (await import('../report/topology/dot.js')).renderTopologyDot],
  ['svg', async () => (await import('../report/topology/svg.js')).renderTopologySvg],
  ['json', () => Promise.resolve((topology: Topology) => `${inertJson(topology, 2)}\n`)],
]);

const EXAMPLES = `
Examples:
  dtrace-path topology host.tgz
  dtrace-path topology host.tgz -o host.svg`;

/** Adds `topology`: what is joined to what. */
export function registerTopology(program: Command): void {
  const command = program.command('topology').description('namespaces, interfaces, bridges, networks and published ports, drawn');
  addSnapshotOptions(addFiles(command));
  addPrintOptions(command, FORMATS.keys()).addHelpText('after', EXAMPLES).action(run);
}

async function run(
  files: readonly string[],
  given: { readonly format: string; readonly output?: string } & Readonly<Record<string, unknown>>,
): Promise<void> {
  const options = withFiles(given, files);
  const load = FORMATS.get(options.format);
  if (load === undefined) throw new Error(`no format ${options.format}`);
  const [host, { createMachine }, { topologyOf }, render] = await Promise.all([
    readHost(options),
    import('../datapath/index.js'),
    import('../topology/index.js'),
    load(),
  ]);
  const output = await openOutput(options.output);
  try {
    await output.write(styled(render(topologyOf(createMachine(host))), options.format, widthOf(output)));
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.finish();
  announce(options.output, counted(host.containers.length, 'container'));
}
