import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const FOLDER = fileURLToPath(new URL('../../docs/schemas/', import.meta.url));
const SCRIPT = fileURLToPath(new URL('../../.ci/schemas.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'dtrace-path-schemas-'));

describe('the schemas that are published are those of the types as they are now (npm run schemas makes them anew)', () => {
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, `${folder}/`], { encoding: 'utf8' });

  it('can be made', () => {
    expect([status, stderr]).toEqual([0, '']);
    expect(readdirSync(folder).sort()).toEqual(readdirSync(FOLDER).sort());
  });

  it.each(readdirSync(FOLDER))('%s', (name) => {
    expect(JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))).toEqual(JSON.parse(readFileSync(join(folder, name), 'utf8')));
  });
});
