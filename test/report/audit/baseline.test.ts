import { expect, it } from 'vitest';
import { auditMachine } from '../../../src/audit/engine.js';
import { createMachine } from '../../../src/datapath/index.js';
import { report as md } from '../../../src/report/audit/md.js';
import { report as text } from '../../../src/report/audit/text.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';
import { RULES } from '../../audit/hosts.js';

const OPTIONS = { color: false, version: '0.0.0', root: '' };
const audit = auditMachine(createMachine(await loadSnapshot('fixtures/hosts/docker28-policy')), RULES).audit;
const compared = { ...audit, findings: audit.findings.map((finding, index) => ({ ...finding, isNew: index === 3 })) };

it('text tells what is new first and in full, and folds what the baseline has', () => {
  const lines = [...text(compared, OPTIONS)].join('').split('\n');
  expect(lines.filter((line) => /^(?:NEW |Known| {2}[A-Z]+ )/.test(line))).toEqual([
    'NEW MEDIUM A port published on every address is reached from outside [published-to-all]',
    'Known from the baseline: 5 findings; without --baseline each is told in full',
    '  HIGH A rule in DOCKER-USER never matches [docker-user-ineffective] IPv4 -A DOCKER-USER -s 198.51.100.1/32 -i up0 -p tcp -m tcp --dport 7001 -j DROP',
    '  HIGH What is closed on IPv4 is open on IPv6 [ipv6-open] web 8080/tcp',
    '  MEDIUM Containers reach the metadata service of the cloud [metadata-reachable] both → 169.254.169.254, q1 → 169.254.169.254, q2 → 169.254.169.254 and 1 more',
    '  LOW Forged source addresses are not turned away [rp-filter-off] up0',
    "  INFO docker-proxy hides the client's address [userland-proxy-source] q1 7001/tcp, web 8080/tcp",
  ]);
  expect(lines.filter((line) => line.startsWith('  proof'))).toHaveLength(1);
});

it('Markdown has what is new first, and folds what the baseline has', () => {
  const page = [...md(compared, OPTIONS)].join('');
  expect([...page.matchAll(/^### (.*)$/gm)].map(([, title]) => title)).toEqual([
    'MEDIUM: A port published on every address is reached from outside (new)',
    'HIGH: A rule in DOCKER-USER never matches (known)',
    'HIGH: What is closed on IPv4 is open on IPv6 (known)',
    'MEDIUM: Containers reach the metadata service of the cloud (known)',
    'LOW: Forged source addresses are not turned away (known)',
    "INFO: docker-proxy hides the client's address (known)",
    'Passed',
    'Not applicable',
  ]);
  expect(page.match(/<details>/g)).toHaveLength(5);
});
