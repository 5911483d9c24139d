import fc from 'fast-check';
import { auditConfig } from '../../../src/audit/config.js';
import { parseBaseline } from '../../../src/audit/baseline.js';
import { parseRule } from '../../../src/audit/rules/load.js';
import { parseFlow } from '../../../src/commands/common/flow-lines.js';
import { createMachine } from '../../../src/datapath/index.js';
import { checkPolicy } from '../../../src/reachability/policy/engine.js';
import { readPolicy } from '../../../src/reachability/policy/read.js';
import { loadFiles } from '../../../src/snapshot/load.js';
import { ruleTexts } from '../corpus.js';
import { hosts } from '../corpus.js';
import { configTree, policyYaml } from '../grammar/config.js';
import { jsonMutated } from '../grammar/json.js';
import { mutated } from '../mutations.js';
import { survives } from '../survives.js';
import { target, type Target } from './target.js';

const POLICY = `version: 1
groups: {front: [proxy]}
assertions:
  - name: only the proxy reaches app
    only: { from: front, to: app, ports: 8080/tcp }
  - {name: closed, deny: {from: outside, to: any, except: {ports: [443/tcp]}}}
`;
const FLOW = '{"id":"a","from":"web","to":"203.0.113.8:443","proto":"tcp","dport":443,"sport":4000,"src":"172.17.0.2"}';
const BASELINE = '{"format":"dtrace-path-baseline/1","findings":[{"rule":"privileged","fingerprint":"00"}]}';
const [, SMALL] = hosts().find(([name]) => name === 'docker20-bridge') ?? ['', new Map<string, string>()];

/** Files that people write: policies, configuration, rules, baselines, flows. */
export const CONFIG_TARGETS: readonly Target[] = [
  target('policy', 200, () =>
    fc.property(fc.oneof(policyYaml, mutated([POLICY])), (text) => void survives(() => readPolicy(text, 'policy.yaml'))),
  ),
  target('policy, checked', 6, () =>
    fc.property(policyYaml, (text) => {
      const policy = survives(() => readPolicy(text, 'policy.yaml'));
      if (policy) survives(() => checkPolicy(createMachine(loadFiles(SMALL)), policy));
    }),
  ),
  target('configuration', 200, () => fc.property(configTree, (tree) => void survives(() => auditConfig(tree, 'c')))),
  target('audit rule', 200, () =>
    fc.property(fc.oneof(mutated(ruleTexts()), jsonMutated(ruleTexts())), (text) => void survives(() => parseRule(text, 'r.json'))),
  ),
  target('baseline', 200, () =>
    fc.property(fc.oneof(mutated([BASELINE]), jsonMutated([BASELINE])), (text) => void survives(() => parseBaseline(text, 'b'))),
  ),
  target('flow', 200, () =>
    fc.property(fc.oneof(mutated([FLOW]), jsonMutated([FLOW])), (text) => void survives(() => parseFlow(text, 'flows:1'))),
  ),
];
