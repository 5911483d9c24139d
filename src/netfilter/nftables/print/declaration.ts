import type { NftBase, NftFlowtable, NftObject, NftSet } from '../ast.js';
import { printQuotaConfig, printRate } from '../statements/stateful.js';
import { formatDuration } from '../types/clock.js';
import { printExpression, printInterval } from './expression.js';
import { printSetElement, printStatement } from './statement.js';
import { styleOf, type Style } from './style.js';

const RECENT = styleOf(undefined);
const seconds = (value: number): string => formatDuration(value * 1000);

/** @returns what stands in a base chain's braces before its rules (chain_print_declaration): hook, devices, priority as a number, policy. */
export function printBase(base: NftBase): readonly string[] {
  const devices = base.devices.length === 0 ? '' : ` devices = { ${base.devices.map((name) => `"${name}"`).join(', ')} }`;
  return [`type ${base.type} hook ${base.hook}${devices} priority ${base.priority}`, `policy ${base.policy}`];
}

/** `type ipv4_addr . inet_service : verdict`, or what its fields are taken from. */
function typeLine(set: NftSet): string {
  const key = set.typeof === undefined ? set.key.join(' . ') : printExpression(set.typeof);
  const word = set.typeof === undefined && set.dataTypeof === undefined ? 'type' : 'typeof';
  if (set.data === undefined) return `${word} ${key}`;
  const named = typeof set.data === 'string' ? set.data : set.data.join(' . ');
  const data = set.dataTypeof === undefined ? named : printExpression(set.dataTypeof);
  return `${word} ${key} : ${set.dataInterval === true ? 'interval ' : ''}${data}`;
}

/** @returns what stands in the braces of a set or map before its elements (set_print_declaration). */
export function printSetParts(set: NftSet, style: Style = RECENT): readonly string[] {
  return [
    typeLine(set),
    ...(set.policy === undefined ? [] : [`policy ${set.policy}`]),
    ...(set.size === undefined ? [] : [`size ${set.size}`]),
    ...(set.flags.length === 0 ? [] : [`flags ${set.flags.join(',')}`]),
    ...(set.timeout === undefined ? [] : [`timeout ${seconds(set.timeout)}`]),
    ...(set.gcInterval === undefined ? [] : [`gc-interval ${seconds(set.gcInterval)}`]),
    ...set.statements.map((statement) => (statement.kind === 'counter' ? 'counter' : printStatement(statement, style))),
    ...(set.autoMerge ? ['auto-merge'] : []),
  ];
}

/** @returns how many elements a set or map has. */
export function countSetElements({ elements }: NftSet): number {
  return elements.kind === 'list' ? elements.of.length : elements.lo.length;
}

/** @returns an element of a set or map, as its listing prints it. */
export function printSetElementAt({ elements }: NftSet, at: number, style: Style = RECENT): string {
  return elements.kind === 'list' ? printSetElement(elements.of[at]!, style) : printInterval(elements, at);
}

/** @returns the elements of a set or map, each as its listing prints it. */
export function printSetElements(set: NftSet, style: Style = RECENT): readonly string[] {
  return Array.from({ length: countSetElements(set) }, (_, at) => printSetElementAt(set, at, style));
}

/** @returns what stands in the braces of an object (obj_print_data). */
export function printObjectParts(object: NftObject, style: Style = RECENT): readonly string[] {
  switch (object.kind) {
    case 'counter':
      return [`packets ${object.packets} bytes ${object.bytes}`];
    case 'quota':
      return [printQuotaConfig(object)];
    case 'limit':
      return [printRate(object.limit, style)];
    case 'ct helper':
      return [`type "${object.type}" protocol ${object.protocol}`, ...l3proto(object.l3proto)];
    case 'ct timeout': {
      const policy = [...object.policy].map(([state, after]) => `${state} : ${after}`).join(', ');
      return [`protocol ${object.protocol}`, ...l3proto(object.l3proto), `policy = { ${policy} }`];
    }
    case 'ct expectation':
      return [
        `protocol ${object.protocol}`,
        `dport ${object.dport}`,
        `timeout ${formatDuration(object.timeout)}`,
        `size ${object.size}`,
        ...l3proto(object.l3proto),
      ];
    case 'synproxy':
      return [`mss ${object.mss}`, `wscale ${object.wscale}`, ...(object.flags.length === 0 ? [] : [object.flags.join(' ')])];
    case 'secmark':
      return [`"${object.context}"`];
  }
}

function l3proto(name: string | undefined): readonly string[] {
  return name === undefined ? [] : [`l3proto ${name}`];
}

/** @returns what stands in the braces of a flowtable (flowtable_print_declaration). */
export function printFlowtableParts(table: NftFlowtable): readonly string[] {
  return [
    ...(table.hook === undefined ? [] : [`hook ${table.hook} priority ${table.priority ?? 0}`]),
    ...(table.devices.length === 0 ? [] : [`devices = { ${table.devices.map((name) => `"${name}"`).join(', ')} }`]),
    ...(table.flags.length === 0 ? [] : [`flags ${table.flags.join(',')}`]),
    ...(table.counter ? ['counter'] : []),
  ];
}
