import type { Machine } from '../../datapath/index.js';
import { purposeOfChain, writerOfTable } from '../../inventory/index.js';
import type { ExplanationLine } from '../../model/explanation.js';
import type { NftTable } from '../../model/nftables/ruleset.js';

/** @returns whose a table is, what one of its chains is for, and what becomes of it when its program starts anew. */
export function writerLines(machine: Machine, table: NftTable, chain?: string): readonly ExplanationLine[] {
  const writer = writerOfTable(table);
  if (writer === undefined)
    return [{ text: `nobody's that is known here: the table ${table.family} ${table.name} is yours, or another program's` }];
  const networkOn = (bridge: string): string | undefined =>
    machine.host.networks.find((one) => one.bridge === bridge || `br-${one.id.slice(0, 12)}` === bridge)?.name;
  const purpose = chain === undefined ? undefined : purposeOfChain(table, chain, networkOn);
  return [
    { text: `${writer.name}: the table ${table.family} ${table.name} is its own` },
    ...(purpose === undefined ? [] : [{ text: `the chain ${chain} is there for ${purpose}` }]),
    ...(writer.anew === undefined ? [] : [{ text: writer.anew }]),
  ];
}
