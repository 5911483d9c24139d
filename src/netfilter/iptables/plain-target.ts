import type { Form } from './grammar/form.js';
import type { OptionSyntax, TargetExtension } from './extension.js';
import type { OracleQuery } from '../predicate/question.js';
import { checkFlags, written } from './options.js';

/** @returns a target that leaves the packet's path as it is; its flags are checked. */
export function continuingTarget(name: string, options: OptionSyntax, form?: Form): TargetExtension {
  return {
    name,
    options,
    ...(form !== undefined && { form }),
    compile: (given) => {
      checkFlags(given, options);
      return { kind: 'continue' };
    },
  };
}

/** @returns a question that stands for a target: yes, the packet goes on. */
export function goesOn(detail: string): OracleQuery {
  return { category: 'unknown', yes: 'continue', no: 'drop', usual: true, detail };
}

/** @returns a target that is not modelled: the packet goes on or is lost. */
export function unknownTarget(name: string, options: OptionSyntax, detail: string, form?: Form): TargetExtension {
  return {
    name,
    options,
    ...(form !== undefined && { form }),
    compile: (given) => {
      checkFlags(given, options);
      return { kind: 'unknown', question: goesOn(`${detail} (${written(`-j ${name}`, given)})`) };
    },
  };
}
