import type { TargetExtension } from '../extension.js';

/** The standard verdicts, and QUEUE, which is NFQUEUE's queue 0 (xt_standard). */
export const verdicts: readonly TargetExtension[] = [
  { name: 'ACCEPT', options: {}, compile: () => ({ kind: 'accept' }) },
  { name: 'DROP', options: {}, compile: () => ({ kind: 'drop' }) },
  { name: 'RETURN', options: {}, compile: () => ({ kind: 'return' }) },
  {
    name: 'QUEUE',
    options: {},
    compile: () => ({
      kind: 'unknown',
      question: { category: 'queue', yes: 'accept', no: 'drop', usual: true, detail: 'the verdict of a program in user space (QUEUE)' },
    }),
  },
];
