import type { Container } from '../../model/host.js';
import type { BlankedLabels, HostMeta, LackingFile } from '../../model/host-meta.js';
import { jsonList, type JsonView } from './json-view.js';
import { present } from './present.js';
import { ProblemList, type Parsed } from './source.js';

const FORMAT = 'dtrace-path-snapshot/1';

/** What `meta.json` tells: of the host, and of what the collector left out. */
export interface Meta {
  readonly host: HostMeta;
  readonly lacking?: readonly LackingFile[];
  readonly blankedLabels?: BlankedLabels;
}

function lackingOf(view: JsonView): readonly LackingFile[] {
  return view.objects('lacking').flatMap((one) => {
    const file = one.string('file');
    return file === undefined ? [] : [{ file, command: one.string('command') ?? '', why: one.string('why') ?? '' }];
  });
}

/** @throws SnapshotError where the text is not JSON. */
export function parseMeta(text: string, file: string): Parsed<Meta> {
  const problems = new ProblemList(file);
  const [view] = jsonList(text, problems);
  if (view === undefined) return { data: { host: {} }, problems: problems.list };
  const format = view.string('format');
  if (format !== undefined && format !== FORMAT) view.complain('format', `unknown format: this tool reads ${FORMAT}`);
  const blanked = view.object('blanked');
  const data: Meta = {
    host: present({
      hostname: view.string('hostname'),
      kernel: view.string('kernel'),
      docker: view.string('docker'),
      collectedAt: view.string('collectedAt'),
    }),
    ...(view.has('lacking') ? { lacking: lackingOf(view) } : {}),
    ...(blanked === undefined ? {} : { blankedLabels: { except: blanked.strings('labelsExcept'), how: 'said' } }),
  };
  return { data, problems: problems.list };
}

/** @returns that values of labels were blanked, where it is not said and every one of them is empty. */
export function seenBlanked(containers: readonly Container[]): BlankedLabels | undefined {
  const values = containers.flatMap(({ labels }) => [...labels.values()]);
  return values.length > 0 && values.every((value) => value === '') ? { except: [], how: 'seen' } : undefined;
}

/** A member of JSON that was read as it stands. */
function memberOf(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? new Map<string, unknown>(Object.entries(inner)).get(name) : undefined),
    value,
  );
}

/** @returns the Engine's version as `docker version` or `docker info` tells it (JSON of either). */
export function engineVersion(version: unknown, info: unknown): string | undefined {
  const told = [memberOf(version, 'Server', 'Version'), memberOf(info, 'ServerVersion')];
  return told.find((one): one is string => typeof one === 'string' && /^\d[\w.+~-]{0,40}$/.test(one));
}
