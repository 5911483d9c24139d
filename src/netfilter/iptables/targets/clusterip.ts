import { unknownTarget } from '../plain-target.js';
import type { Form } from '../grammar/form.js';
import { number, oneOf } from '../grammar/values.js';
import { U16, U32 } from '../options.js';

const form: Form = {
  options: {
    '--new': { with: ['--hashmode', '--clustermac', '--total-nodes', '--local-node'] },
    '--hashmode': { values: [oneOf(['sourceip', 'sourceip-sourceport', 'sourceip-sourceport-destport'])], with: ['--new'] },
    '--clustermac': { with: ['--new'] },
    '--total-nodes': { values: [number(U16)], with: ['--new'] },
    '--local-node': { values: [number(U16)], with: ['--new'] },
    '--hash-init': { values: [number(U32)], with: ['--new'] },
  },
};

/** clusterip_tg (ipt_CLUSTERIP.c), which kernels before 6.7 had. */
export const clusteripTarget = unknownTarget(
  'CLUSTERIP',
  { '--new': 0, '--hashmode': 1, '--clustermac': 1, '--total-nodes': 1, '--local-node': 1, '--hash-init': 1 },
  'whether this node of the cluster answers',
  form,
);
