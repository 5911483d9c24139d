import type { MatchExtension, OptionSyntax } from '../extension.js';
import { checkFlags, find, unknown } from '../options.js';
import { allOf, type Predicate } from '../../predicate/predicate.js';
import type { Form } from '../grammar/form.js';

const syntax: OptionSyntax = { '--nowildcard': 0, '--transparent': 0, '--restore-skmark': 0 };

const form: Form = {
  options: {
    '--transparent': {},
    '--nowildcard': {},
    '--restore-skmark': {},
  },
  hooks: ['PREROUTING', 'INPUT'],
};

/** socket_match (xt_socket.c). With `--restore-skmark` the packet takes the socket's mark, which no snapshot tells. */
export const socket: MatchExtension = {
  name: 'socket',
  form,
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax);
    const has = (flag: string): boolean => find(options, flag) !== undefined;
    const found: Predicate = { op: 'socket', transparent: has('--transparent'), nowildcard: has('--nowildcard') };
    return has('--restore-skmark')
      ? allOf(found, unknown('unknown', 'the mark that the socket gives the packet (--restore-skmark)'))
      : found;
  },
};
