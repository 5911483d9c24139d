import { continuingTarget } from '../plain-target.js';
import type { Form } from '../grammar/form.js';
import { oneOf } from '../grammar/values.js';

const form: Form = {
  options: {
    '--type': { values: [oneOf(['accept', 'drop', 'reject'])] },
  },
  needs: [['--type']],
};

/** audit_tg (xt_AUDIT.c). */
export const auditTarget = continuingTarget('AUDIT', { '--type': 1 }, form);
