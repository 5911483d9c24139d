import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectHost } from '../../src/collect/collect.js';
import { CannotWrite, writeSnapshot } from '../../src/collect/write.js';
import { readSnapshot } from '../../src/snapshot/load.js';
import { CANARY, POISONS } from '../hostile/poisoned.js';
import { shimFolder } from './shims.js';

const SCRIPT = new URL('../../src/collect/collect.sh', import.meta.url).pathname;
const isRoot = process.getuid?.() === 0 && process.platform === 'linux';

/** Docker and the network's commands as an enemy would have them: every value that Docker prints is the poison; the others print all there are. */
function poisoned(name: string, poison: string): string {
  // in the script itself: read from a file it took two programs more for each of the host's commands
  const quoted = (text: string): string => `'${text.replaceAll("'", `'"'"'`)}'`;
  return `#!/bin/sh
p=${quoted(poison)}
case "$*" in
  "version --format {{.Server.Version}}") printf '%s\\n' "$p" ;;
  *"-q --no-trunc" | *"-aq --no-trunc") printf '%s\\nc1\\n%s\\n' "$p" "$p" ;;
  *"{{.State.Pid}}"*) printf '%s bridge /%s\\n%s bridge /../../%s\\n%s bridge /..\\n%s %s /a\\n' $$ "$p" $$ "$p" "$p" $$ "$p" ;;
  "info "*) printf '{"Name":"x","RegistryConfig":{"Mirrors":["https://u:${SECRET}@m/"],"IndexConfigs":{"u:${SECRET}@i":{"Name":"u:${SECRET}@i","Mirrors":["http://${SECRET}/"]}}},"HttpProxy":"http://u:${SECRET}@p"}\\n' ;;
  *) printf '%s\\n' "$p"${name === 'docker' ? '' : ` ${POISONS.map(quoted).join(' ')}`} ;;
esac
exit ${name === 'docker' ? 0 : poison.length % 2}
`;
}
const SECRET = 'SECRET';

describe.runIf(isRoot)('collectors on a host whose every answer is hostile', () => {
  const path = process.env['PATH'] ?? '';
  let bin = '';
  let here = '';
  beforeAll(async () => {
    bin = await shimFolder();
    here = join(dirname(bin), 'here');
    mkdirSync(here);
  });
  afterAll(() => {
    process.env['PATH'] = path;
    rmSync(dirname(bin), { recursive: true });
  });

  function setPoison(poison: string): void {
    for (const name of ['docker', 'ip', 'iptables-save', 'ss', 'nft', 'sysctl', 'bridge']) {
      writeFileSync(join(bin, name), poisoned(name, poison));
      chmodSync(join(bin, name), 0o755);
    }
  }

  function checkPlace(): void {
    expect(readdirSync(here)).toEqual([]);
    expect(readdirSync(dirname(bin)).sort()).toEqual(['bin', 'here']);
  }

  // the commands of a whole host for each: some here, one of each kind, by one shell after the other
  it.each(POISONS.filter((_, i) => i % 6 === 0).map((poison, i) => [poison, i % 2 === 0 ? 'sh' : 'bash'] as const))(
    '%j, by %s',
    async (poison, shell) => {
      setPoison(poison);
      const out = join(dirname(bin), 'out');
      const { status, stdout, stderr } = spawnSync(shell, [SCRIPT, '-o', out], {
        cwd: here,
        env: { ...process.env, PATH: `${bin}:${path}` },
        encoding: 'utf8',
      });
      expect([shell, status, stdout, stderr]).toEqual([shell, 1, '', stderr]);
      expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
      const { texts, problems } = await readSnapshot(out);
      const meta = JSON.parse(texts.get('meta.json') ?? '') as { docker: string; lacking: unknown[] };
      expect([meta.docker, problems]).toEqual([poison.replace(/[\u0000-\u001f\u007f]/g, ''), []]);
      expect([...texts.values()].filter((text) => text.includes(SECRET))).toEqual([]);
      const folders = [...texts.keys()].flatMap((file) => /^netns\/([^/]*)\//.exec(file)?.[1] ?? []);
      expect(folders.filter((name) => !/^[A-Za-z0-9_][\w.-]*$/.test(name))).toEqual([]);
      rmSync(out, { recursive: true });
      checkPlace();
      process.env['PATH'] = `${bin}:${path}`;
      const cwd = process.cwd();
      const { files, lacking } = await collectHost();
      process.env['PATH'] = path;
      expect([process.cwd(), lacking.length > 0]).toEqual([cwd, true]);
      await writeSnapshot(out, files);
      expect([...files.values()].filter((text) => text.includes(SECRET))).toEqual([]);
      expect((JSON.parse(files.get('meta.json') ?? '') as { docker: string }).docker).toBe(poison.trim());
      rmSync(out, { recursive: true });
      checkPlace();
    },
  );
});

describe('a snapshot is written where it was said', () => {
  it.each(['../x', 'host/../../x', '/x', 'host//x', 'host/.', 'a\\b', 'a\0b', ''])('%j is no file of it', async (name) => {
    await expect(writeSnapshot(`/tmp/${CANARY}-never`, new Map([[name, 'x']]))).rejects.toBeInstanceOf(CannotWrite);
    expect(() => readFileSync(`/tmp/${CANARY}-never`)).toThrow();
  });
});
