import { continuingTarget } from '../plain-target.js';
import type { Form, ReadsValue } from '../grammar/form.js';
import { someText } from '../grammar/values.js';
import { unsigned } from '../options.js';

const LEVELS = ['emerg', 'alert', 'crit', 'error', 'warning', 'notice', 'info', 'debug'];
const PANIC = 'panic';
/** LOG_WARNING, which is not printed. */
const USUAL = 4;

/** A number, or a name as it is written here (xtopt_parse_syslog_level). */
const level: ReadsValue = (word, option) => {
  const named = word === PANIC ? 0 : LEVELS.indexOf(word);
  const number = named >= 0 ? named : unsigned(option, word, 7);
  return number === USUAL ? undefined : String(number);
};

const form: Form = {
  options: {
    '--log-prefix': { values: [someText(29)] },
    '--log-level': { values: [level] },
    '--log-tcp-sequence': {},
    '--log-tcp-options': {},
    '--log-ip-options': {},
    '--log-uid': {},
    '--log-macdecode': {},
  },
};

/** log_tg (xt_LOG.c). */
export const logTarget = continuingTarget(
  'LOG',
  {
    '--log-level': 1,
    '--log-prefix': 1,
    '--log-tcp-sequence': 0,
    '--log-tcp-options': 0,
    '--log-ip-options': 0,
    '--log-uid': 0,
    '--log-macdecode': 0,
  },
  form,
);
