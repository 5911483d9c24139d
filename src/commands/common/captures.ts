import {
  collect,
  type CaptureInput,
  type CapturedStrands,
  readCapture,
  readCaptureFile,
  parseSpec,
  type CaptureSpec,
} from '../../capture/index.js';
import type { Host } from '../../model/host.js';
import { HOST_NETNS } from '../../model/netns.js';
import { escapeTerminal } from '../../report/index.js';
import type { CaptureOptions } from './capture-options.js';
import { UsageError } from './failure.js';

/**
 * The captures to read: those that `--pcap` names, else those in the snapshot.
 * @throws UsageError on a name that says nothing, or a namespace that the snapshot does not hold.
 */
export function captureInputs(options: CaptureOptions, host: Host | undefined): readonly CaptureInput[] {
  const given = options.pcap ?? [];
  if (given.length > 0) return given.map((text) => fileInput(text, host));
  // of several files together it is not told in which a capture lies
  if (options.captures === false || options.snapshot === undefined || options.files !== undefined) return [];
  const { snapshot } = options;
  return (host?.captures ?? []).map(({ netns, iface, file }) => ({
    spec: { path: file, netns, iface },
    batches: () => readCapture(fromSnapshot(snapshot, file), file),
  }));
}

async function* fromSnapshot(snapshot: string, file: string): AsyncGenerator<unknown> {
  const { openCapture } = await import('../../snapshot/open-capture.js');
  yield* openCapture(snapshot, file);
}

function fileInput(text: string, host: Host | undefined): CaptureInput {
  const spec = parseSpec(text);
  if (spec === undefined) throw new UsageError(`--pcap ${text}: write FILE, netns:iface=FILE or netns:any=FILE`);
  if (host && spec.netns !== undefined) checkPlace(text, spec, host);
  return { spec, batches: () => readCaptureFile(spec.path) };
}

/** @throws UsageError where a place is named that the snapshot does not hold: a slip there would make every hop "not observable". */
function checkPlace(text: string, { netns = HOST_NETNS, iface }: CaptureSpec, host: Host): void {
  const known = host.netns.get(netns);
  if (!known)
    throw new UsageError(`--pcap ${text}: the snapshot holds no namespace ${netns}; it holds ${[...host.netns.keys()].join(', ')}`);
  const names = known.interfaces.map((i) => i.name);
  if (iface !== undefined && iface !== 'any' && names.length > 0 && !names.includes(iface))
    throw new UsageError(`--pcap ${text}: ${netns} has no interface ${iface}; it has ${names.join(', ')}`);
}

/** Reads captures; one of an unknown place is told on stderr; a damaged one is told on stderr and in the report, and makes the exit code 2. */
export async function collectCaptures(inputs: readonly CaptureInput[], host: Host | undefined): Promise<CapturedStrands> {
  const collected = await collect(inputs, host);
  for (const { file, interfaces } of host ? collected.sources : [])
    if (!interfaces.some((place) => host?.netns.has(place.slice(0, place.indexOf(':')))))
      process.stderr.write(
        `dtrace-path: ${escapeTerminal(file)}: it does not tell where it was captured; name it, as in --pcap host:docker0=FILE\n`,
      );
  const damaged = collected.sources.flatMap(({ problem }) => problem ?? []);
  for (const problem of damaged) process.stderr.write(`dtrace-path: ${escapeTerminal(problem)}\n`);
  if (damaged.length > 0) process.exitCode = 2;
  return collected;
}
