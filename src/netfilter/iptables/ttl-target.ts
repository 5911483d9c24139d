import type { Form } from './grammar/form.js';
import { number } from './grammar/values.js';
import type { OptionSyntax, TargetExtension } from './extension.js';
import { onlyOne } from './mark-ops.js';
import { U8, arg, checkFlags, fail, unsigned } from './options.js';

/** @returns TTL or HL: `--PREFIX-set`, `-dec` and `-inc` (xt_HL.c). */
export function ttlTarget(name: string, prefix: string): TargetExtension {
  const syntax: OptionSyntax = { [`--${prefix}-set`]: 1, [`--${prefix}-dec`]: 1, [`--${prefix}-inc`]: 1 };
  const form: Form = {
    options: {
      [`--${prefix}-set`]: { values: [number(U8)] },
      [`--${prefix}-dec`]: { values: [number(U8, 1)] },
      [`--${prefix}-inc`]: { values: [number(U8, 1)] },
    },
    needs: [[`--${prefix}-set`, `--${prefix}-dec`, `--${prefix}-inc`]],
    tables: ['mangle'],
  };
  return {
    name,
    form,
    options: syntax,
    compile: (options) => {
      checkFlags(options, syntax);
      const option = onlyOne(options, name);
      const value = unsigned(option, arg(option), U8);
      if (option.flag.endsWith('-set')) return { kind: 'ttl', op: 'set', value };
      return value === 0 ? fail(option) : { kind: 'ttl', op: option.flag.endsWith('-inc') ? 'inc' : 'dec', value };
    },
  };
}
