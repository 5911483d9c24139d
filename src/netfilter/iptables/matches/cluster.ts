import { opaqueMatch } from '../opaque.js';
import type { Form } from '../grammar/form.js';
import { hexNumber, number } from '../grammar/values.js';
import { U32 } from '../options.js';
import type { RuleOption } from '../../../model/netfilter.js';
import { arg, fail, find, unsigned } from '../options.js';

/** cluster_check: a node of those that there are. */
function checkNodes(options: readonly RuleOption[]): void {
  const total = Number(find(options, '--cluster-total-nodes')?.args[0]);
  const node = find(options, '--cluster-local-node');
  const mask = find(options, '--cluster-local-nodemask');
  if (node !== undefined && unsigned(node, arg(node), 32) > total) fail(node);
  if (mask !== undefined && unsigned(mask, arg(mask), U32) >= 2 ** total) fail(mask);
}

const hex32 = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/** A node is printed as the mask of its bit, before the others (cluster_save). */
function asMask(options: readonly RuleOption[]): readonly RuleOption[] {
  const isNode = ({ flag }: RuleOption): boolean => flag.startsWith('--cluster-local-node');
  const nodes = options.filter(isNode).map((option): RuleOption => {
    const value = unsigned(option, arg(option), U32);
    const mask = option.flag === '--cluster-local-node' ? 2 ** (value - 1) : value;
    return { ...option, flag: '--cluster-local-nodemask', args: [hex32(mask)] };
  });
  return [...nodes, ...options.filter((option) => !isNode(option))];
}

const form: Form = {
  options: {
    '--cluster-total-nodes': { values: [number(32, 1)] },
    '--cluster-local-node': { values: [number(32, 1)], not: true, without: ['--cluster-local-nodemask'] },
    '--cluster-local-nodemask': { values: [number(U32, 1)], not: true },
    '--cluster-hash-seed': { values: [hexNumber(U32, 8)] },
  },
  needs: [['--cluster-total-nodes'], ['--cluster-local-node', '--cluster-local-nodemask'], ['--cluster-hash-seed']],
  check: checkNodes,
  print: asMask,
};

/** cluster_mt (xt_cluster.c): a hash of the source address with a seed. */
export const cluster = opaqueMatch({
  name: 'cluster',
  tracks: true,
  form,
  options: { '--cluster-total-nodes': 1, '--cluster-local-node': 1, '--cluster-local-nodemask': 1, '--cluster-hash-seed': 1 },
  negatable: ['--cluster-local-node', '--cluster-local-nodemask'],

  detail: 'which node of the cluster the source belongs to',
});
