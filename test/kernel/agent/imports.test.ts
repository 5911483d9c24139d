import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../../../src/', import.meta.url));

/** The files of ours that a module loads, itself among them. */
function loadedBy(file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file)) return found;
  found.add(file);
  const imports = readFileSync(join(SRC, file), 'utf8').matchAll(/^(?:import|export)(?! type) .*from '(\.[^']+)\.js';$/gm);
  for (const [, path = ''] of imports) loadedBy(`${relative(SRC, join(SRC, dirname(file), path))}.ts`, found);
  return found;
}

it('the agent loads nothing that is not shown inside the twin', () => {
  const shown = [...readFileSync(join(SRC, 'kernel/fence.ts'), 'utf8').matchAll(/cp "\$2"\/(\S+)/g)].map(([, path = '']) => path);
  const isShown = (file: string): boolean =>
    shown.some((path) => file.replace(/\.ts$/, '.js') === path || (path.endsWith('/*.js') && dirname(file) === dirname(path)));
  expect(shown).not.toEqual([]);
  expect([...loadedBy('kernel/agent/main.ts')].filter((file) => !isShown(file))).toEqual([]);
});
