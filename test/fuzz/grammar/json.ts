import fc from 'fast-check';
import { value } from './values.js';

type Path = readonly (string | number)[];

const leaf = fc.oneof(
  value,
  fc.constantFrom<unknown[]>(null, true, false, 0, -1, 1.5, 1e309, 2 ** 53, '', '0x1', [], {}, [[]], [null], { a: 1 }),
  fc.constant('deep'.repeat(300)),
);

const change = fc.record({
  kind: fc.constantFrom('replace', 'remove', 'repeat', 'rename', 'add', 'wrap'),
  at: fc.nat(),
  value: leaf,
  name: fc.constantFrom('__proto__', 'constructor', 'toString', 'prototype', 'ifname', 'dev', 'dst', 'Id', 'Name', 'x', ''),
});

function pathsOf(node: unknown, path: Path = []): Path[] {
  if (typeof node !== 'object' || node === null) return [path];
  const inner = Object.entries(node).flatMap(([key, child]) => pathsOf(child, [...path, Array.isArray(node) ? Number(key) : key]));
  return [path, ...inner];
}

/** Writes JSON with a change at one path; written by hand, since `__proto__` and double names are the point. */
function write(node: unknown, path: Path | undefined, edit: { kind: string; value: unknown; name: string }): string {
  if (path?.length === 0) {
    if (edit.kind === 'replace') return JSON.stringify(edit.value) ?? 'null';
    if (edit.kind === 'wrap') return `[${JSON.stringify(node)}]`;
    if (edit.kind === 'add' && typeof node === 'object' && node !== null && !Array.isArray(node))
      return JSON.stringify(node).replace(
        /^\{/,
        () => `{${JSON.stringify(edit.name)}:${JSON.stringify(edit.value)}${Object.keys(node).length > 0 ? ',' : ''}`,
      );
    return JSON.stringify(node);
  }
  const rest = (key: string | number): Path | undefined => (path !== undefined && path[0] === key ? path.slice(1) : undefined);
  const goes = (key: string | number, kind: string): boolean => edit.kind === kind && rest(key)?.length === 0;
  if (Array.isArray(node)) {
    const items = node.flatMap((item: unknown, index) => {
      const text = write(item, rest(index), edit);
      return goes(index, 'remove') ? [] : goes(index, 'repeat') ? [text, text] : [text];
    });
    return `[${items.join(',')}]`;
  }
  if (typeof node !== 'object' || node === null) return JSON.stringify(node);
  const members = Object.entries(node).flatMap(([key, child]) => {
    const text = write(child, rest(key), edit);
    const named = `${JSON.stringify(goes(key, 'rename') ? edit.name : key)}:${text}`;
    return goes(key, 'remove') ? [] : goes(key, 'repeat') ? [named, named] : [named];
  });
  return `{${members.join(',')}}`;
}

/** @returns JSON texts of the corpus, each with a few members replaced, removed, doubled, renamed, added or wrapped. */
export function jsonMutated(texts: readonly string[], most = 4): fc.Arbitrary<string> {
  const readable = texts.filter((text) => text.trim() !== '');
  return fc.tuple(fc.constantFrom(...readable), fc.array(change, { minLength: 1, maxLength: most })).map(([text, changes]) =>
    changes.reduce((sofar, edit) => {
      const node: unknown = JSON.parse(sofar);
      const paths = pathsOf(node);
      return write(node, paths[edit.at % paths.length], edit);
    }, text),
  );
}
