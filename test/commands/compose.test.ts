import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const FIXTURES = fileURLToPath(new URL('../../fixtures/compose/', import.meta.url));
const SHOP = ['--snapshot', 'docker28/shop/before.tgz', '--what-if', 'shop/compose.yaml'];
const MANY = ['--snapshot', 'docker28/many/before.tgz', '--what-if', 'many/compose.yaml'];

function run(...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const env = { ...process.env, BASE_PORT: '6666', SECRET_OF_THE_SHELL: 'hunter2' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8', input: '', cwd: FIXTURES, env });
  return { status, stdout, stderr };
}

/** What decided, behind its code. */
const decided = (text: string): string | undefined => text.split('\n').find((line) => line.startsWith('DTP-'));

describe('a Compose file before it is started', () => {
  it('is asked by trace', () => {
    const { stdout } = run('trace', ...SHOP, '--from', 'internet', '--to', '198.51.100.10', '--port', '7001');
    expect(decided(stdout)).toBe('DTP-001 answered: shop-web-1 on tcp *:7001 in shop-web-1 answers [shop/compose.yaml:19]');
  });

  it('is asked by matrix: what it opens stands beside what is there', () => {
    const { stdout } = run('matrix', ...SHOP, '--format', 'json');
    expect(stdout).toContain('"shop-db-1:5432/tcp"');
  });

  it('is checked: what its images listen on besides leaves assertions undecided, unless somebody accepts that', () => {
    const verdicts = (...args: readonly string[]): readonly string[] => {
      const { stdout } = run('check', ...SHOP, 'shop/policy.yaml', ...args);
      return stdout.split('\n').filter((line) => /^(?:OPEN|FAIL|pass) /.test(line));
    };
    expect(verdicts()).toEqual([
      'OPEN  nobody outside reaches the database  shop/policy.yaml:3',
      'OPEN  the site is up  shop/policy.yaml:5',
      'FAIL  the site is reached from outside nowhere  shop/policy.yaml:7',
      'OPEN  no neighbour reaches more than the database  shop/policy.yaml:9',
    ]);
    expect(verdicts('--accept-missing', 'shop/compose.yaml')).toEqual([
      'pass  nobody outside reaches the database  shop/policy.yaml:3',
      'pass  the site is up  shop/policy.yaml:5',
      'FAIL  the site is reached from outside nowhere  shop/policy.yaml:7',
      'pass  no neighbour reaches more than the database  shop/policy.yaml:9',
    ]);
  });

  it('is audited', () => {
    const { stdout } = run('audit', ...SHOP, '--format', 'json');
    const { findings } = JSON.parse(stdout) as { findings: { rule: string; objects: { name: string }[] }[] };
    const subjects = findings.filter(({ rule }) => rule === 'published-to-all').flatMap(({ objects }) => objects.map(({ name }) => name));
    expect(subjects.sort()).toEqual([
      'shop-web-1 4001/tcp',
      'shop-web-1 5353/udp',
      'shop-web-1 7000/tcp',
      'shop-web-1 7001/tcp',
      'shop-web-1 7002/tcp',
      'shop-web-1 8081/tcp',
      'web 8080/tcp',
    ]);
  });

  it('takes .env beside the first file, says so, and takes nothing of the environment that was not asked for', () => {
    const { stdout, stderr } = run('trace', ...MANY, '--from', 'internet', '--to', '198.51.100.10', '--port', '8200');
    expect(decided(stdout)).toBe('DTP-001 answered: many-api-1 on tcp *:80 in many-api-1 answers [many/compose.yaml:3]');
    expect(stderr).toContain('many/.env');
    const asked = run('trace', ...MANY, '--process-env', '--from', 'internet', '--to', '198.51.100.10', '--port', '6666');
    expect(decided(asked.stdout)).toBe('DTP-001 answered: many-api-1 on tcp *:80 in many-api-1 answers [many/compose.yaml:3]');
    expect(asked.stdout + asked.stderr).not.toContain('hunter2');
  });

  it('is compared with another of the same host', () => {
    const { status, stdout } = run(
      'diff',
      'docker28/shop/before.tgz',
      '--what-if',
      'shop/compose.yaml',
      '--after-what-if',
      'shop/next.yaml',
      '--no-findings',
    );
    expect(stdout.split('\n').filter((line) => /^(?:OPENED|CLOSED)/i.test(line))).toMatchInlineSnapshot(`
      [
        "OPENED  host:8080/tcp",
        "OPENED  host:8443/tcp",
        "OPENED  127.0.0.1:5432/tcp",
        "OPENED  127.0.0.1:5432/tcp",
        "closed  host:8081/tcp",
        "closed  host:7000/tcp",
        "closed  host:7001/tcp",
        "closed  host:7002/tcp",
        "closed  198.51.100.10:9000/udp",
        "closed  host:5353/udp",
        "closed  host:4001/tcp",
        "closed  127.0.0.1:8443/tcp",
        "closed  [::1]:8888/tcp",
        "closed  shop-web-1:80/tcp",
        "closed  shop-web-1:7000/tcp",
        "closed  shop-web-1:7001/tcp",
        "closed  shop-web-1:7002/tcp",
        "closed  shop-web-1:88/tcp",
        "closed  shop-web-1:90/udp",
        "closed  shop-web-1:53/udp",
        "closed  shop-web-1:4000/tcp",
        "closed  shop-inner-1:60/tcp",
        "closed  shop-cache-1:other/tcp",
        "closed  shop-cache-1:other/udp",
        "closed  shop-inner-1:other/tcp",
        "closed  shop-inner-1:other/udp",
        "closed  127.0.0.1:8443/tcp",
        "closed  [::1]:8888/tcp",
        "closed  host:8080/tcp",
        "closed  host:8081/tcp",
        "closed  127.0.0.1:8443/tcp",
        "closed  host:7000/tcp",
        "closed  host:7001/tcp",
        "closed  host:7002/tcp",
        "closed  [::1]:8888/tcp",
        "closed  198.51.100.10:9000/udp",
        "closed  host:5353/udp",
        "closed  host:4001/tcp",
        "closed  shop-db-1:5432/tcp",
        "closed  shop-web-1:80/tcp",
        "closed  shop-web-1:443/tcp",
        "closed  shop-web-1:7000/tcp",
        "closed  shop-web-1:7001/tcp",
        "closed  shop-web-1:7002/tcp",
        "closed  shop-web-1:88/tcp",
        "closed  shop-web-1:90/udp",
        "closed  shop-web-1:53/udp",
        "closed  shop-web-1:4000/tcp",
        "closed  shop-inner-1:60/tcp",
        "closed  host:other/tcp (ports 1-4000, 4002-6999, 7003-8079, 8082-65535)",
        "closed  host:other/udp (ports 1-5352, 5354-65535)",
        "closed  shop-db-1:other/tcp",
        "closed  shop-db-1:other/udp",
        "closed  shop-cache-1:other/tcp",
        "closed  shop-cache-1:other/udp",
        "closed  shop-web-1:other/tcp",
        "closed  shop-web-1:other/udp",
        "closed  shop-inner-1:other/tcp",
        "closed  shop-inner-1:other/udp",
        "closed  127.0.0.1:8443/tcp",
        "closed  [::1]:8888/tcp",
        "closed  shop-db-1:5432/tcp",
        "closed  shop-web-1:80/tcp",
        "closed  shop-web-1:443/tcp",
        "closed  shop-web-1:7000/tcp",
        "closed  shop-web-1:7001/tcp",
        "closed  shop-web-1:7002/tcp",
        "closed  shop-web-1:88/tcp",
        "closed  shop-web-1:90/udp",
        "closed  shop-web-1:53/udp",
        "closed  shop-web-1:4000/tcp",
        "closed  shop-inner-1:60/tcp",
        "closed  host:other/tcp (ports 1-4000, 4002-6999, 7003-8079, 8082-65535)",
        "closed  host:other/udp (ports 1-5352, 5354-65535)",
        "closed  shop-db-1:other/tcp",
        "closed  shop-db-1:other/udp",
        "closed  shop-cache-1:other/tcp",
        "closed  shop-cache-1:other/udp",
        "closed  shop-web-1:other/tcp",
        "closed  shop-web-1:other/udp",
        "closed  shop-inner-1:other/tcp",
        "closed  shop-inner-1:other/udp",
        "closed  127.0.0.1:8443/tcp",
        "closed  [::1]:8888/tcp",
        "closed  shop-db-1:5432/tcp",
        "closed  shop-web-1:80/tcp",
        "closed  shop-web-1:443/tcp",
        "closed  shop-web-1:7000/tcp",
        "closed  shop-web-1:7001/tcp",
        "closed  shop-web-1:7002/tcp",
        "closed  shop-web-1:88/tcp",
        "closed  shop-web-1:90/udp",
        "closed  shop-web-1:53/udp",
        "closed  shop-web-1:4000/tcp",
        "closed  shop-inner-1:60/tcp",
        "closed  host:other/tcp (ports 1-4000, 4002-6999, 7003-8079, 8082-65535)",
        "closed  host:other/udp (ports 1-5352, 5354-65535)",
        "closed  shop-db-1:other/tcp",
        "closed  shop-db-1:other/udp",
        "closed  shop-cache-1:other/tcp",
        "closed  shop-cache-1:other/udp",
        "closed  shop-web-1:other/tcp",
        "closed  shop-web-1:other/udp",
        "closed  shop-inner-1:other/tcp",
        "closed  shop-inner-1:other/udp",
      ]
    `);
    expect(status).toBe(1);
  });
});
