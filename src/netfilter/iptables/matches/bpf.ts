import { parseBytecode, printBytecode, runBytecode } from '../classic-bpf.js';
import type { MatchExtension } from '../extension.js';
import { arg, conjunction, fail, plain, unknown, written } from '../options.js';
import type { Form } from '../grammar/form.js';
import { inKernel } from '../grammar/values.js';

const readers = new Map([
  [
    '--bytecode',
    plain((option) => {
      const program = parseBytecode(arg(option)) ?? fail(option);
      return { op: 'bytes', test: (packet) => runBytecode(program, packet), detail: written('-m bpf', [option]) };
    }),
  ],
  ['--object-pinned', plain((option) => unknown('bytes', `a program of the kernel (${written('-m bpf', [option])})`))],
]);

const form: Form = {
  options: {
    '--bytecode': { values: [inKernel((word, option) => printBytecode(parseBytecode(word) ?? fail(option)))] },
    '--object-pinned': { without: ['--bytecode'] },
  },
  needs: [['--bytecode', '--object-pinned']],
};

/** bpf_mt (xt_bpf.c): the program sees the packet from its network header on. */
export const bpf: MatchExtension = {
  name: 'bpf',
  form,
  options: { '--bytecode': 1, '--object-pinned': 1 },
  compile: (options) => conjunction(options, readers),
};
