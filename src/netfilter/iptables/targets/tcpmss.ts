import { continuingTarget } from '../plain-target.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import type { RuleOption } from '../../../model/netfilter.js';
import type { OptionContext } from '../grammar/form.js';
import { fail, unsigned } from '../options.js';

/** So much is left of a packet of 65,535 bytes behind the headers (TCPMSS_parse). */
const size: ReadsValue = (word, option, { family }) => String(unsigned(option, word, family === 4 ? 65_515 : 65_495));

/** The route is known only on the way out (tcpmss_tg4_check). */
function checkHook(options: readonly RuleOption[], { place }: OptionContext): void {
  const clamp = options.find(({ flag }) => flag === '--clamp-mss-to-pmtu');
  const known = ['FORWARD', 'OUTPUT', 'POSTROUTING'];
  if (clamp !== undefined && place !== undefined && [...place.hooks()].some((hook) => !known.includes(hook))) fail(clamp);
}

/** Of both the last holds. */
const lastOne = (_: readonly RuleOption[], { family }: OptionContext, written: readonly RuleOption[]): readonly RuleOption[] =>
  written.slice(-1).map((option) => ({ ...option, args: option.args.map((word) => size(word, option, { family, proto: 6 }) ?? word) }));

const form: Form = {
  options: {
    '--set-mss': { values: [size] },
    '--clamp-mss-to-pmtu': {},
  },
  needs: [['--set-mss', '--clamp-mss-to-pmtu']],
  protocols: [6],
  check: checkHook,
  print: lastOne,
};

/** tcpmss_tg4, tcpmss_tg6 (xt_TCPMSS.c): rewrites an option of the SYN. */
export const tcpmssTarget = continuingTarget('TCPMSS', { '--set-mss': 1, '--clamp-mss-to-pmtu': 0 }, form);
