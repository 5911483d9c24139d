import { describe, test } from 'vitest';
import { createMachine } from '../../src/datapath/machine/machine.js';
import { traceFlow } from '../../src/datapath/trace/trace.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { answers, CASES, FOLDER, PASTED } from './asked.js';

describe('what people paste', () => {
  test.each(CASES.map((one) => [`${one.of}: ${Object.values(one.files).join(' ')}`, one] as const))('%s', async (_name, one) => {
    const files = new Map(Object.entries(one.files).map(([option, file]) => [option, `${FOLDER}${one.of}/${file}`]));
    answers(traceFlow(createMachine(await loadSnapshot(undefined, files)), one.asked), one);
  });

  test.each(PASTED.map((one) => [`${one.of}: ${one.asked.from}`, one] as const))('%s', async (_name, one) => {
    answers(traceFlow(createMachine(await loadSnapshot(`${FOLDER}${one.of}/paste.txt`)), one.asked), one);
  });
});
