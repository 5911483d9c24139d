import type { Form } from './grammar/form.js';
import type { MatchExtension, OptionSyntax } from './extension.js';
import { checkFlags } from './options.js';
import { FALSE } from '../predicate/predicate.js';

/**
 * A match on an IPv6 extension header, which no packet of this model carries: ipv6_find_hdr fails, and the kernel
 * returns false before it looks at `!`.
 * @param negatable the flags that may carry `!`.
 */
export function extensionHeader(name: string, options: OptionSyntax, negatable: readonly string[], form: Form): MatchExtension {
  return {
    name,
    options,
    form,
    compile: (given) => {
      checkFlags(given, options, negatable);
      return FALSE;
    },
  };
}
