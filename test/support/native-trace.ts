/** A row of the kernel's own trace (nft monitor trace); of rules that iptables-nft made, their line in iptables-save. */
export interface Row {
  readonly nft?: string;
  readonly table: string;
  readonly chain: string;
  readonly handle?: number;
  readonly rule?: string;
  readonly policy?: string;
  readonly verdict?: string;
  readonly in: string;
  readonly out: string;
  readonly src: string;
  readonly sport: number;
  readonly dst: string;
  readonly dport: number;
}

const plain = (text: string): string => text.replaceAll('"', '').replace(/\s+/g, ' ').trim();
const isNative = ({ nft, rule }: Row): boolean => nft !== undefined && rule?.startsWith('-A ') !== true;

/** The recorder printed numbers for names (nft -nn), so native rules are told by their handles. */
function told(row: Row): string {
  const { nft, table, chain, handle, rule = '', verdict } = row;
  return isNative(row) ? `${nft} ${table} ${chain} ${handle} ⇒ ${verdict}` : `${table} ${chain} ${plain(rule)}`;
}

/** @returns the rules of the first packet of each connection; what is sent again is left out. */
export function recordedRows(rows: readonly Row[], proto: string, dport: number | undefined): readonly string[] {
  const servers = new Set([
    dport,
    ...rows.filter((row, i) => !rows.slice(0, i).some((r) => r.dport === row.sport)).map((row) => row.dport),
  ]);
  const first = new Map<string, string>();
  const rules: string[] = [];
  let skip = false;
  for (const row of rows) {
    if (proto === 'udp' && servers.has(row.sport)) continue;
    const tuple = [row.src, row.sport, row.dst, row.dport, row.in, row.out].join();
    const key = [row.nft, row.table, row.chain, row.handle ?? row.rule ?? row.policy].join();
    if (!first.has(tuple)) {
      first.set(tuple, key);
      skip = false;
    } else if (first.get(tuple) === key) skip = true;
    if (!skip && row.rule !== undefined) rules.push(told(row));
  }
  return rules;
}
