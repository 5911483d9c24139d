import { createMachine } from '../../../src/datapath/index.js';
import type { Command } from '../../../src/model/command.js';
import { loadFiles } from '../../../src/snapshot/load.js';
import { audits } from './audits.js';
import { flows } from './flows.js';
import { asked, type Printed, type Printer } from './printed.js';
import { checks, diffs, matrices } from './reach.js';
import { explanations, inspections, topologies } from './things.js';
import { traces } from './traces.js';

export type { Printed } from './printed.js';

const PRINTERS: readonly Printer[] = [traces, audits, matrices, explanations, inspections, topologies, flows];
/** What asks about everything several times over. */
const SLOW: readonly Printer[] = [checks, diffs];

/** Reads a snapshot and prints all that is said of it, by every command in every format. @param whole also by those that take long. @throws faults of the program alone. */
export async function printedOf(files: ReadonlyMap<string, string>, whole = true): Promise<Printed> {
  const texts = new Map<string, string>();
  const commands: Command[] = [];
  const host = asked(() => loadFiles(files));
  if (host === undefined) return { texts, commands };
  const machine = createMachine(host);
  const sink = {
    text: (what: string, text: string) => void texts.set(what, text),
    commands: (more: readonly Command[]) => void commands.push(...more),
  };
  for (const print of whole ? [...PRINTERS, ...SLOW] : PRINTERS) await print(machine, sink);
  return { texts, commands };
}
