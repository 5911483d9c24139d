// Writes docs/schemas/: the JSON Schema of every JSON that the program prints, made of the types of src/model, and of every file that it reads of its users'.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = process.argv[2] ?? `${root}docs/schemas/`;

/** What a command prints, and the type that it is. */
const OUTPUTS = {
  trace: 'Trace',
  matrix: 'Matrix',
  diff: 'ReachDiff',
  check: 'PolicyResult',
  audit: 'Audit',
  explanation: 'Explanation',
  inspection: 'Inspection',
  topology: 'Topology',
  flows: 'FlowsDocument',
  fleet: 'Fleet',
  verification: 'Verification',
};

/** A command is printed as text, on one line (src/report/printed.ts). */
const COMMAND = { type: 'string', description: 'A command to paste, or a remark that begins with #.' };

const generator = createGenerator({
  path: `${root}src/model/*.ts`,
  tsconfig: `${root}tsconfig.json`,
  skipTypeCheck: true,
  additionalProperties: true,
  topRef: false,
});

/** What src/report/flows/json.ts writes before the rest, and what it makes of an iterable: a list. */
function asPrinted(schema, definitions) {
  schema.properties.format = { type: 'string', const: 'dtrace-path-flows/1' };
  schema.required.push('format');
  const { $schema: _, definitions: ofFlow = {}, ...flow } = generator.createSchema('JudgedFlow');
  Object.assign(definitions, ofFlow, { JudgedFlow: flow });
  schema.properties.flows = { type: 'array', items: { $ref: '#/definitions/JudgedFlow' } };
}

/** What src/report/fleet/json.ts leaves out. */
function withoutPieces({ FleetHost }) {
  delete FleetHost.properties.pieces;
  FleetHost.required = FleetHost.required.filter((name) => name !== 'pieces');
}

/** What stands under a symbol is never printed; the generator names it by a number of its own, another with every change elsewhere. */
function withoutSymbols(definitions) {
  for (const { properties = {} } of Object.values(definitions))
    for (const key of Object.keys(properties)) if (key.startsWith('__@')) delete properties[key];
}

mkdirSync(folder, { recursive: true });
for (const [name, type] of Object.entries(OUTPUTS)) {
  const { $schema, definitions = {}, ...schema } = generator.createSchema(type);
  if (definitions.Command !== undefined) definitions.Command = COMMAND;
  delete definitions.CommandWord;
  withoutSymbols(definitions);
  if (name === 'flows') asPrinted(schema, definitions);
  if (name === 'fleet') withoutPieces(definitions);
  const all = { $schema, $id: `dtrace-path-${name}/1`, ...schema, definitions };
  writeFileSync(`${folder}${name}.schema.json`, `${JSON.stringify(all, undefined, 1)}\n`);
}

const { POLICY_SCHEMA } = await import('../dist/reachability/policy/schema.js');
const { CONFIG_SCHEMA } = await import('../dist/audit/config.js');
const { RULE_SCHEMA } = await import('../dist/audit/rules/schema.js');
for (const [name, schema] of Object.entries({ policy: POLICY_SCHEMA, config: CONFIG_SCHEMA, rule: RULE_SCHEMA }))
  writeFileSync(`${folder}${name}.schema.json`, `${JSON.stringify(schema, undefined, 1)}\n`);
