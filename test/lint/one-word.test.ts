import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const DECLARED = /^export (?:abstract )?(?:interface|type|class) (\w+)/gm;

it('no two types of the source have one name', () => {
  const places = new Map<string, string[]>();
  for (const file of readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))) {
    for (const [, name = ''] of readFileSync(`src/${file}`, 'utf8').matchAll(DECLARED))
      places.set(name, [...(places.get(name) ?? []), file]);
  }
  expect([...places].filter(([, files]) => files.length > 1)).toEqual([]);
});
