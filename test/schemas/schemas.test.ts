import { readdirSync, readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { describe, expect, it } from 'vitest';
import {
  auditMachine,
  checkPolicy,
  createMachine,
  diffReachability,
  explain,
  inspectHost,
  loadSnapshot,
  readPolicy,
  reachabilityMatrix,
  topologyOf,
  traceFlow,
  whatIf,
  builtInRules,
} from '../../src/index.js';
import { CONFIG_SCHEMA } from '../../src/audit/config.js';
import { RULE_SCHEMA } from '../../src/audit/rules/schema.js';
import { POLICY_SCHEMA } from '../../src/reachability/policy/schema.js';
import { advise } from '../../src/advice/index.js';
import { initialPolicy } from '../../src/reachability/policy/init.js';
import { inertJson } from '../../src/report/inert-json.js';
import { report as auditJson } from '../../src/report/audit/json.js';
import { report as diffJson } from '../../src/report/diff/json.js';
import { report as matrixJson } from '../../src/report/matrix/json.js';
import { report as traceJson } from '../../src/report/trace/json.js';
import { report as checkJson } from '../../src/report/check/json.js';

const FOLDER = new URL('../../docs/schemas/', import.meta.url);
const HOSTS = new URL('../../fixtures/hosts/', import.meta.url);
const STYLE = { verbose: false, color: false };

const validators = new Map<string, ValidateFunction>(
  readdirSync(FOLDER).map((file) => {
    const schema: unknown = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
    const ajv = new Ajv({ strict: false, allErrors: false });
    return [file.replace('.schema.json', ''), ajv.compile(schema as object)];
  }),
);

function faults(name: string, text: string): readonly string[] {
  const validate = validators.get(name);
  if (validate === undefined) return [`no schema ${name}`];
  return validate(JSON.parse(text)) === true ? [] : (validate.errors ?? []).map((e) => `${name} ${e.instancePath} ${e.message ?? ''}`);
}

const rules = builtInRules();

/** Of each kind of host one: engines, address families, swarm, firewalls beside Docker, refusals. */
const KINDS = ['docker20-bridge', 'docker28-dual', 'docker28-policy', 'swarm20', 'macvlan20', 'fwd20', 'reject20'];

it('every format that is printed has a schema', () => {
  const ids = [...validators.values()].map(({ schema }) => (typeof schema === 'object' ? schema.$id : undefined));
  const printed = ['trace', 'matrix', 'diff', 'check', 'audit', 'explanation', 'inspection', 'topology', 'flows', 'fleet', 'verification'];
  expect(ids).toEqual(expect.arrayContaining(printed.map((name) => `dtrace-path-${name}/1`)));
});

it.each(['policy', 'config', 'rule'])('the form of a %s file is published as the program holds it', (name) => {
  const own = { policy: POLICY_SCHEMA, config: CONFIG_SCHEMA, rule: RULE_SCHEMA }[name];
  expect(validators.get(name)?.schema).toEqual(own);
});

describe.each(KINDS)('%s: what is printed as JSON fits the schemas that are published', (name) => {
  it('trace, matrix, diff, check, audit, explain, inspect, topology', async () => {
    const host = await loadSnapshot(new URL(name, HOSTS).pathname);
    const machine = createMachine(host);
    const names = host.containers.filter((c) => c.running).map((c) => c.name);
    const flows = ['host', 'internet', ...names.slice(0, 3)].flatMap((from) =>
      (['tcp', 'udp', 'icmp'] as const).map((proto) => ({ from, to: '198.51.100.10', proto, ...(proto !== 'icmp' && { dport: 8080 }) })),
    );
    const traces = flows.map((flow) => traceJson.render(advise(machine, flow, traceFlow(machine, flow)), STYLE));
    const after = createMachine(whatIf(host, ['iptables -P FORWARD DROP']));
    const policy = readPolicy(initialPolicy(machine), 'policy.yaml');
    const { audit } = auditMachine(machine, rules);
    const found = [
      ...traces.flatMap((text) => faults('trace', text)),
      ...faults('matrix', [...matrixJson.render(reachabilityMatrix(machine), STYLE)].join('')),
      ...faults('diff', diffJson.render(diffReachability(machine, after), STYLE)),
      ...faults('check', checkJson.render(checkPolicy(machine, policy), STYLE)),
      ...faults('audit', [...auditJson(audit, { color: false, version: '0', root: '' })].join('')),
      ...explain(machine, 'host').flatMap((one) => faults('explanation', inertJson(one))),
      ...faults('inspection', inertJson(inspectHost(host))),
      ...faults('topology', inertJson(topologyOf(machine))),
    ];
    expect(found).toEqual([]);
  });
});
