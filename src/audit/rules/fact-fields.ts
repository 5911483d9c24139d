import { nearestNames } from '../../datapath/index.js';
import type { FactCheck } from './rule.js';

type ValueType = 'string' | 'number' | 'boolean';

const text = ['string'] as const;
const number = ['number'] as const;
const flag = ['boolean'] as const;
const either = ['number', 'string'] as const;

/** What can be asked of each thing that a fact check looks at, and the types of its values. */
export const FACT_FIELDS = {
  container: {
    ...{ name: text, image: text, networkMode: text, networks: text },
    ...{ privileged: flag, capAdd: text, capDrop: text, mounts: text, dns: text },
  },
  port: { container: text, image: text, protocol: text, hostPort: number, containerPort: number, hostIp: text },
  network: { name: text, driver: text, scope: text, internal: flag, attachable: flag, ingress: flag, ipv6: flag },
  sysctl: { netns: text, name: text, value: either },
  listener: { netns: text, port: number, protocol: text, bind: text, process: text },
  chain: { netns: text, family: either, table: text, name: text, policy: text, rules: number },
} as const satisfies Readonly<Record<FactCheck['about'], Readonly<Record<string, readonly ValueType[]>>>>;

type Condition = FactCheck['where'][number];

function typesOf(about: FactCheck['about'], field: string): readonly ValueType[] | undefined {
  if (about === 'network' && field.startsWith('option:')) return text;
  const fields: Readonly<Record<string, readonly ValueType[]>> = FACT_FIELDS[about];
  return Object.hasOwn(fields, field) ? fields[field] : undefined;
}

/** A condition that holds for nothing would let every host pass. @returns what is wrong with one, in a phrase. */
function wrongIn(about: FactCheck['about'], { field, is, value, values }: Condition): string | undefined {
  const types = typesOf(about, field);
  if (types === undefined) {
    const known = [...Object.keys(FACT_FIELDS[about]), ...(about === 'network' ? ['option:KEY'] : [])];
    const near = nearestNames(field, known).slice(0, 1);
    return `asks for "${field}", which a ${about} has not: ${near.length > 0 ? `${near.join()} is meant?` : `it has ${known.join(', ')}`}`;
  }
  if (is === 'absent') return undefined;
  const wanted = [...(values ?? []), ...(value === undefined ? [] : [value])];
  if (wanted.length === 0) return `asks whether ${field} is ${is} and says no value`;
  const ordered = is === 'at-least' || is === 'at-most';
  if (ordered && !types.includes('number')) return `asks for ${is} of ${field}, which is no number`;
  const fits = (one: string | number | boolean): boolean =>
    is === 'matches' ? typeof one === 'string' : ordered ? typeof one === 'number' : types.some((type) => type === typeof one);
  const misfit = wanted.find((one) => !fits(one));
  const due = is === 'matches' ? 'a pattern (a string)' : ordered ? 'a number' : types.map((type) => `a ${type}`).join(' or ');
  return misfit === undefined ? undefined : `holds ${field} against ${JSON.stringify(misfit)}: it takes ${due}`;
}

/** @returns what is wrong with the conditions of a fact check, with its place; undefined where all can hold. */
export function slipInFact({ about, where }: FactCheck): string | undefined {
  for (const [i, condition] of where.entries()) {
    const wrong = wrongIn(about, condition);
    if (wrong !== undefined) return `check.where.${i} ${wrong}`;
  }
  return undefined;
}
