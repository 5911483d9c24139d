import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';
import { RULES, recorded } from '../../audit/hosts.js';
import { readRecording, requestOf } from '../../support/recording.js';
import * as speaking from './decisions.js';

type Decisions = typeof speaking;

const HOST = 'docker20-bridge';
const HEAD = 'export function wordsOf(reason: Reason): string {';

/** The same modules, but that every reason reads alike. */
async function silenced(): Promise<Decisions> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('decisions.ts', import.meta.url)),
    platform: 'node',
    tsconfig: false,
    plugins: [
      {
        name: 'silence',
        transform: (code, id) => {
          if (!id.endsWith('/datapath/reasons/reason.ts')) return undefined;
          if (!code.includes(HEAD)) throw new Error('the words of reasons are made elsewhere now');
          return code.replace(HEAD, `${HEAD}\n  if (reason) return '…';`);
        },
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false });
  await bundle.close();
  const folder = await mkdtemp(join(tmpdir(), 'silenced-'));
  try {
    const file = join(folder, 'decisions.mjs');
    await writeFile(file, output[0].code);
    // what the file exports was made by the bundle above, of the module whose type this is
    return (await import(pathToFileURL(file).href)) as Decisions;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const placed = (one: { readonly file: string; readonly line: number } | undefined): string =>
  one === undefined ? '' : `${one.file}:${one.line}`;

/** What is decided of a host: everything but words, and the words apart. */
function decide(of: Decisions): { readonly said: readonly string[]; readonly kinds: ReadonlySet<string>; readonly decided: unknown } {
  const machine = of.createMachine(of.loadFiles(recorded(HOST)));
  const walked = readRecording(`fixtures/hosts/${HOST}`).map((one) => {
    const request = requestOf(one);
    return of.withRemedy(machine, request, of.traceFlow(machine, request));
  });
  const traces = walked.map(({ outcome, cause, decidedBy, packets, rules, steps, assumptions, remedy }) => ({
    ...{ outcome, cause, packets, rules, by: placed(decidedBy) },
    steps: steps.map((step) => [step.kind, step.netns, 'cause' in step ? step.cause : undefined]),
    assumed: assumptions.map(({ choice }) => choice),
    commands: remedy?.commands.map(({ words }) => words),
  }));
  const { results, cells } = of.reachabilityMatrix(machine);
  const reached = cells.map((row) =>
    row.map((at) => {
      const { reach, outcome, cause, decidedBy, openTo, openFrom } = results[at]!;
      return { reach, outcome, cause, openTo, openFrom, by: placed(decidedBy) };
    }),
  );
  const other = of.createMachine(of.loadFiles(recorded('docker26-bridge')));
  const changes = of
    .diffReachability(machine, other)
    .changes.map(({ kind, service, sources, before, after }) => ({ kind, service, sources, before, after }));
  const findings = of.auditMachine(machine, RULES).audit.findings.map(({ rule, severity, objects, fingerprint }) => ({
    rule,
    severity,
    fingerprint,
    objects: objects.map((o) => o.name),
  }));
  return {
    said: walked.map(({ reason }) => reason),
    kinds: new Set(walked.map(({ cause }) => cause.kind)),
    decided: { traces, reached, changes, findings },
  };
}

it('nothing is decided by words: traces, remedies, matrix, diff and audit come to the same when every reason reads alike', async () => {
  const spoken = decide(speaking);
  const silent = decide(await silenced());
  expect(silent.said.filter((text) => !text.startsWith('…'))).toEqual([]);
  expect(silent.decided).toEqual(spoken.decided);
  expect(spoken.kinds.size).toBeGreaterThan(3);
});
