import { refuseAt } from './error.js';
import type { List, TableNode, Tree } from './tree.js';

/** Lists of `KEY=VALUE` that may be written as mappings, below `services.NAME` (compose-go, override/merge.go). */
const PAIRS = new Set(['environment', 'labels', 'annotations', 'sysctls', 'extra_hosts']);
/** Lists of names that may be written as mappings. */
const NAMES = new Set(['networks', 'depends_on']);
/** Lists that the later file replaces, below `services.NAME`. */
const REPLACED = new Set(['command', 'entrypoint']);

const asText = (tree: Tree): string => (tree.kind === 'leaf' ? String(tree.value ?? '') : '');

/** `[A=1, B]` as `{A: 1, B: null}`. */
function pairsOf(tree: Tree): Tree {
  if (tree.kind !== 'list') return tree;
  const entries = tree.items.map((item): readonly [string, Tree] => {
    const [key = '', ...rest] = asText(item).split('=');
    return [key, { kind: 'leaf', at: item.at, value: rest.length === 0 ? null : rest.join('=') }];
  });
  return { kind: 'table', at: tree.at, ...(tree.mark !== undefined && { mark: tree.mark }), entries: new Map(entries) };
}

/** `[a, b]` as `{a: null, b: null}`. */
function namesOf(tree: Tree): Tree {
  if (tree.kind !== 'list') return tree;
  const entries = tree.items.map((item): readonly [string, Tree] => [asText(item), { kind: 'leaf', at: item.at, value: null }]);
  return { kind: 'table', at: tree.at, ...(tree.mark !== undefined && { mark: tree.mark }), entries: new Map(entries) };
}

/** @returns the value in the form in which two of them are merged. `path` is that of the value: services.web.networks. */
function normal(tree: Tree, path: readonly string[]): Tree {
  const [top, , key = '', ...below] = path;
  if (top === 'services' && below.length === 0 && PAIRS.has(key)) return pairsOf(tree);
  if (top === 'services' && below.length === 0 && NAMES.has(key)) return namesOf(tree);
  if (top === 'services' && key === 'extends' && below.length === 0 && tree.kind === 'leaf')
    return { kind: 'table', at: tree.at, entries: new Map([['service', tree]]) };
  if (path.length === 3 && key === 'labels') return pairsOf(tree);
  return tree;
}

/** What tells one item of a list from another: of two that read alike one is left. */
const sameness = (tree: Tree): string =>
  JSON.stringify(tree, (key, value: unknown) => (key === 'at' ? undefined : value instanceof Map ? [...value.entries()] : value));

function joined(base: List, over: List, path: readonly string[]): List {
  const [top, , key = '', config = ''] = path;
  if (top === 'services' && path.length === 3 && REPLACED.has(key)) return over;
  if (top === 'networks' && key === 'ipam' && config === 'config') return ipamConfigs(base, over);
  const seen = new Set<string>();
  const items = [...base.items, ...over.items].filter((item) => !seen.has(sameness(item)) && seen.add(sameness(item)));
  return { ...base, items };
}

/** mergeIPAMConfig: entries of one subnet are one. */
function ipamConfigs(base: List, over: List): List {
  const subnetOf = (tree: Tree): string => (tree.kind === 'table' ? asText(tree.entries.get('subnet') ?? tree) : '');
  const left = base.items.map((item) => {
    const other = over.items.find((one) => subnetOf(one) !== '' && subnetOf(one) === subnetOf(item));
    return other === undefined ? item : merged(item, other, ['networks', '', 'ipam', 'config', '']);
  });
  return { ...base, items: [...left, ...over.items.filter((item) => !base.items.some((one) => subnetOf(one) === subnetOf(item)))] };
}

/** Takes away what `!reset` marks. */
export function withoutResets(tree: Tree): Tree {
  if (tree.kind === 'list') return { ...tree, items: tree.items.filter((item) => item.mark !== 'reset').map(withoutResets) };
  if (tree.kind === 'leaf') return tree;
  const kept = [...tree.entries].filter(([, value]) => value.mark !== 'reset');
  return { ...tree, entries: new Map(kept.map(([key, value]) => [key, withoutResets(value)])) };
}

/**
 * Lays one value over another as Compose does for several files, and for `extends`: mappings key by key, lists one behind the other, all else replaced.
 * @throws ComposeError where one is a list and the other a mapping.
 */
export function merged(below: Tree, above: Tree, path: readonly string[] = []): Tree {
  const [base, over] = [normal(below, path), normal(above, path)];
  if (over.mark !== undefined || (base.kind === 'leaf' && base.value === null)) return over;
  if (over.kind === 'leaf' && over.value === null) return base;
  if (base.kind === 'table' && over.kind === 'table') return tables(base, over, path);
  if (base.kind === 'list' && over.kind === 'list') return joined(base, over, path);
  if (base.kind === 'list' && over.kind === 'leaf') return joined(base, { kind: 'list', at: over.at, items: [over] }, path);
  if (base.kind === 'leaf' && over.kind === 'list' && !REPLACED.has(path[2] ?? ''))
    return joined({ kind: 'list', at: base.at, items: [base] }, over, path);
  if (base.kind === 'leaf' || over.kind === 'leaf') return over;
  return refuseAt(
    over.at,
    `${path.join('.')} is a ${over.kind === 'list' ? 'list' : 'mapping'} here and the other at ${base.at.file}:${base.at.line}`,
  );
}

function tables(base: TableNode, over: TableNode, path: readonly string[]): TableNode {
  const entries = new Map(base.entries);
  for (const [key, value] of over.entries) {
    const other = entries.get(key);
    if (value.mark === 'reset') entries.delete(key);
    else entries.set(key, other === undefined ? value : merged(other, value, [...path, key]));
  }
  return { ...base, at: path.length === 0 ? base.at : over.at, entries };
}
