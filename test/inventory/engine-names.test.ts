import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { containersCalledBy } from '../../src/inventory/index.js';
import { loadFiles } from '../../src/snapshot/load.js';

const read = (name: string): string => readFileSync(`fixtures/names/${name}.json`, 'utf8');

// `docker inspect` and `docker network inspect` of Engine 26.1.5: names of Compose's labels, aliases, links of both kinds of network
const { containers } = loadFiles(new Map(['containers', 'networks'].map((name) => [`docker/${name}.json`, read(name)])));
const called = (name: string, by?: string): readonly string[] =>
  containersCalledBy(
    containers.find((one) => one.name === by),
    containers,
    name,
  )
    .map((one) => one.name)
    .sort();
const id = containers.find((one) => one.name === 'database')?.id ?? '';

it.each<readonly [string, string | undefined, readonly string[]]>([
  ['database', undefined, ['database']],
  ['db', undefined, ['database']],
  ['pg', 'shop-web-1', ['database']],
  ['database.shop_default', 'shop-web-1', ['database']],
  ['dbhost', 'shop-web-1', ['database']],
  ['legacy', 'linked', ['old']],
  ['legacy', 'shop-web-1', []],
  [id, undefined, ['database']],
  [id.slice(0, 12), undefined, ['database']],
  [id.slice(0, 4), undefined, ['database']],
  ['store', undefined, ['database']],
  ['shop/store', undefined, ['database']],
  ['web', undefined, ['shop-web-1', 'shop-web-2']],
  ['shop/web', 'database', ['shop-web-1', 'shop-web-2']],
  ['web-2', undefined, ['shop-web-2']],
  ['web_1', undefined, ['shop-web-1']],
  ['postgres', undefined, ['database']],
  ['postgres:16', undefined, []],
  ['registry.example:5000/library/postgres', undefined, ['database']],
  ['registry.example:5000/library/postgres:16', undefined, ['database']],
  ['nobody', 'shop-web-1', []],
])('%s, asked by %s', (name, by, expected) => expect(called(name, by)).toEqual(expected));
