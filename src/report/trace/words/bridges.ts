import type { Account } from '../../../model/account.js';

/** A name as a whole word, as it stands in rules and in names of interfaces. */
function holds(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + name.length] ?? ' ';
    if (!/[\w-]/.test(before) && !/[\w.-]/.test(after.replace('.', ' '))) return true;
  }
  return false;
}

/** Bridges whose names tell nobody what they are: those that Docker makes of a network's id. */
const IS_ID = /^br-[0-9a-f]{12}$/;

/** @returns the networks of the bridges that a line names by id: `br-bce701700ddb is network appnet`; empty where it names none. */
export function networksIn(text: string, bridges: Account['bridges'] | undefined): string {
  const found = Object.entries(bridges ?? {}).filter(([name]) => IS_ID.test(name) && holds(text, name));
  return found.map(([name, network]) => `${name} is network ${network}`).join(', ');
}

/** @returns a line with the networks of the bridges that it names by id. */
export function withNetworks(text: string, bridges: Account['bridges'] | undefined): string {
  const told = networksIn(text, bridges);
  return told === '' ? text : `${text} (${told})`;
}
