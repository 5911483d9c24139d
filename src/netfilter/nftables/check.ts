import type { Element, Expression, NftFamily, NftTable, Statement } from './ast.js';

/** A reference to something that a table does not have, or what its family cannot hold: nft refuses the whole file for it. */
export interface Fault {
  readonly line: number;
  readonly text: string;
  readonly message: string;
}

/** Network protocols whose header a family's packets cannot have (proto_ctx, payload_expr_pctx_update). */
const FOREIGN: Readonly<Record<NftFamily, readonly string[]>> = {
  ip: ['ip6', 'arp'],
  ip6: ['ip', 'arp'],
  inet: ['arp'],
  arp: ['ip', 'ip6', 'icmp', 'icmpv6', 'igmp', 'tcp', 'udp', 'udplite', 'sctp', 'dccp', 'ah', 'esp', 'comp'],
  bridge: [],
  netdev: [],
};

/** The transport protocols of which a packet has one. */
const TRANSPORT: ReadonlySet<string> = new Set(['tcp', 'udp', 'udplite', 'sctp', 'dccp', 'icmp', 'icmpv6', 'igmp', 'esp', 'ah', 'comp']);
const NETWORK: ReadonlySet<string> = new Set(['ip', 'ip6', 'arp']);

/** The protocol that a comparison of this header settles. */
function settled(left: Expression): string | undefined {
  return left.kind === 'payload' && left.inner === undefined ? left.protocol : undefined;
}

/** `ether type`, `meta l4proto` and their kin. */
function tellsProtocol(left: Expression): boolean {
  return left.kind === 'meta'
    ? ['protocol', 'l4proto', 'nfproto'].includes(left.key)
    : settled(left) === 'ether' || settled(left) === 'vlan';
}

/** Whether something before says of which family the packet is. */
function knowsFamily(statements: readonly Statement[]): boolean {
  return statements.some(
    (one) => one.kind === 'match' && (tellsProtocol(one.left) || settled(one.left) === 'ip' || settled(one.left) === 'ip6'),
  );
}

/** What contradicts itself within one rule: a packet is not of two protocols. */
function conflict(family: NftFamily, statements: readonly Statement[]): string | undefined {
  const seen = new Map<ReadonlySet<string>, string>();
  for (const statement of statements) {
    if (statement.kind !== 'match') continue;
    // what says itself what the packet is, is believed whatever the table sees
    if (tellsProtocol(statement.left)) return undefined;
    const protocol = settled(statement.left);
    if (protocol === undefined) continue;
    if (FOREIGN[family].includes(protocol)) return `conflicting protocols: a table of family ${family} sees no ${protocol}`;
    const kind = TRANSPORT.has(protocol) ? TRANSPORT : NETWORK.has(protocol) ? NETWORK : undefined;
    const before = kind && seen.get(kind);
    if (kind !== undefined && before !== undefined && before !== protocol) return `conflicting protocols: ${before} and ${protocol}`;
    if (kind !== undefined) seen.set(kind, protocol);
  }
  return undefined;
}

function chainsOfElements(elements: readonly Element[]): readonly string[] {
  return elements.flatMap(({ data }) => {
    if (data?.kind !== 'verdict') return [];
    const { verdict } = data;
    return (verdict.kind === 'jump' || verdict.kind === 'goto') && typeof verdict.chain === 'string' ? [verdict.chain] : [];
  });
}

/** Chains that a statement leads to by name. */
function chainsOf(statement: Statement): readonly string[] {
  if (statement.kind === 'verdict') {
    const { verdict } = statement;
    return (verdict.kind === 'jump' || verdict.kind === 'goto') && typeof verdict.chain === 'string' ? [verdict.chain] : [];
  }
  const inPlace = statement.kind === 'vmap' && statement.data.kind === 'set' && statement.data.elements.kind === 'list';
  return inPlace ? chainsOfElements(statement.data.elements.of) : [];
}

/** Sets and maps that a statement looks up by name. */
function setsOf(statement: Statement): readonly string[] {
  switch (statement.kind) {
    case 'match':
      return statement.right.kind === 'set reference' ? [statement.right.name] : [];
    case 'vmap':
      return statement.data.kind === 'set reference' ? [statement.data.name] : [];
    case 'set':
      return [statement.set];
    case 'mangle':
      return statement.value.kind === 'map' && statement.value.data.kind === 'set reference' ? [statement.value.data.name] : [];
    case 'nat':
      return statement.addr?.kind === 'map' && statement.addr.data.kind === 'set reference' ? [statement.addr.data.name] : [];
    default:
      return [];
  }
}

const NAT_FAMILIES: ReadonlySet<NftFamily> = new Set<NftFamily>(['ip', 'ip6', 'inet']);

function ruleFault(table: NftTable, statements: readonly Statement[], inNat: boolean | undefined): string | undefined {
  for (const statement of statements) {
    const chain = chainsOf(statement).find((name) => !table.chains.has(name));
    if (chain !== undefined) return `there is no chain “${chain}” in table ${table.family} ${table.name}`;
    const set = setsOf(statement).find((name) => !table.sets.has(name));
    if (set !== undefined) return `there is no set or map “${set}” in table ${table.family} ${table.name}`;
    if (statement.kind === 'flow' && !table.flowtables.has(statement.flowtable)) return `there is no flowtable “${statement.flowtable}”`;
    if (statement.kind !== 'nat') continue;
    if (!NAT_FAMILIES.has(table.family)) return 'NAT is only supported for IPv4 and IPv6';
    if (
      table.family === 'inet' &&
      statement.addr !== undefined &&
      statement.family === undefined &&
      statement.addr.kind !== 'map' &&
      !knowsFamily(statements)
    )
      return 'ip or ip6 must be specified with an address in inet tables';
    if (inNat === false) return 'a rule that translates stands in a base chain that is not of type nat';
  }
  return conflict(table.family, statements);
}

/** @returns what nft refuses of a table whose every line is nft's language: references that lead nowhere, rules of another family. */
export function faultsOf(table: NftTable): readonly Fault[] {
  return [...table.chains.values()].flatMap((chain) =>
    chain.rules.flatMap((rule) => {
      if (rule.errors.length > 0) return [];
      const message = ruleFault(table, rule.statements, chain.base === undefined ? undefined : chain.base.type === 'nat');
      return message === undefined ? [] : [{ line: rule.origin.line, text: rule.text, message }];
    }),
  );
}
