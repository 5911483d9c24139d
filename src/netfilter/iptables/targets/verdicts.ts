import type { Form } from '../grammar/form.js';
import type { Action } from '../../action.js';
import type { TargetExtension } from '../extension.js';
import { checkFlags } from '../options.js';

function verdict(name: string, action: Action, form?: Form): TargetExtension {
  return {
    name,
    ...(form !== undefined && { form }),
    options: {},
    compile: (options) => {
      checkFlags(options, {});
      return action;
    },
  };
}

/** iptables itself keeps DROP out of nat (command_jump: "not intended for filtering"). */
const NO_FILTER: Form = { options: {}, tables: ['raw', 'mangle', 'filter', 'security'] };

/** The standard verdicts, and QUEUE, which is NFQUEUE's queue 0 (standard_target). */
export const verdicts: readonly TargetExtension[] = [
  verdict('ACCEPT', { kind: 'accept' }),
  verdict('DROP', { kind: 'drop' }, NO_FILTER),
  verdict('RETURN', { kind: 'return' }),
  verdict('QUEUE', {
    kind: 'unknown',
    question: { category: 'queue', yes: 'accept', no: 'drop', usual: true, detail: 'the verdict of a program in user space (-j QUEUE)' },
  }),
];
