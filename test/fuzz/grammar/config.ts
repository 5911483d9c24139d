import fc from 'fast-check';
import { stringify } from 'yaml';
import { name, value } from './values.js';

const endpoint = fc.oneof(
  fc.constantFrom('web', 'db', 'host', 'outside', 'lan', 'any', 'containers', 'network:bridge', 'label:a=b', 'front'),
  name,
  value,
);
const endpoints = fc.oneof(endpoint, fc.array(endpoint, { maxLength: 3 }));
const portText = fc.oneof(fc.constantFrom('443', '443/tcp', '8000-8010/udp', 'any/udp', 'icmp', '9-1', '0', '70000/tcp'), value);
const ports = fc.oneof(portText, fc.integer(), fc.array(fc.oneof(portText, fc.integer()), { maxLength: 3 }));
const traffic = fc.record(
  { from: endpoints, to: endpoints, ports, except: fc.record({ to: endpoints, ports }, { requiredKeys: [] }) },
  { requiredKeys: ['from', 'to'] },
);
const assertion = fc.record(
  {
    name: fc.oneof(name, fc.constant('one')),
    comment: value,
    severity: fc.constantFrom('error', 'warning', 'no'),
    allow: traffic,
    deny: traffic,
    only: traffic,
  },
  { requiredKeys: ['name'] },
);

const tree = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 3 }),
    tie('map'),
  ),
  map: fc.dictionary(
    fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('__proto__', 'constructor', 'version', 'assertions', 'audit')),
    tie('any'),
    { maxKeys: 4 },
  ),
}));

const policy = fc.record(
  {
    version: fc.constantFrom(1, 2, '1'),
    groups: fc.dictionary(fc.oneof(fc.constant('front'), name), fc.array(endpoint, { maxLength: 3 }), { maxKeys: 3 }),
    assertions: fc.array(assertion, { maxLength: 4 }),
  },
  { requiredKeys: ['version', 'assertions'] },
);

/** Policies in the form of the schema, with names and ports that nothing may be called; and any tree at all. */
export const policyYaml = fc.oneof({ weight: 4, arbitrary: policy }, tree.map).map((data) => stringify(data));

const suppression = fc.record(
  { rule: name, object: name, reason: value, expires: fc.oneof(fc.constantFrom('2027-01-31', '2027-02-30', 'soon'), value) },
  { requiredKeys: ['rule'] },
);
const audit = fc.record({
  audit: fc.record({ disable: fc.array(name, { maxLength: 3 }), suppress: fc.array(suppression, { maxLength: 3 }) }, { requiredKeys: [] }),
});

/** Configuration files, read. */
export const configTree: fc.Arbitrary<unknown> = fc.oneof({ weight: 3, arbitrary: audit }, tree.any);
