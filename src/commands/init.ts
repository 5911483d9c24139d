import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { escapeTerminal } from '../report/index.js';
import { faultText, UsageError } from './common/failure.js';
import { addStyleOptions } from './common/print-options.js';
import { addFiles, addSnapshotOptions, readHost, withFiles } from './common/snapshot-options.js';

const CONFIG = `# What the audit of this host leaves out, with a reason and a last day.
audit:
  suppress: []
  #  - rule: host-network
  #    object: node-exporter
  #    reason: reads the host's counters
  #    expires: 2027-01-31
`;

const POLICY = `# Who may reach what, and who may not: dtrace-path check dtrace-path.policy.yaml SNAPSHOT
# With a snapshot, \`dtrace-path init SNAPSHOT\` writes what holds on that host today.
version: 1
assertions:
  - name: nobody outside reaches Docker itself
    deny: { from: outside, to: host, ports: [2375/tcp, 2376/tcp] }
  - name: nobody outside reaches what keeps data
    deny: { from: outside, to: any, ports: [3306/tcp, 5432/tcp, 6379/tcp, 9200/tcp, 11211/tcp, 27017/tcp] }
  # - name: only app reaches db
  #   only: { from: app, to: db, ports: 5432/tcp }
  # - name: the site is up
  #   allow: { from: outside, to: host, ports: 443/tcp }
`;

const WORKFLOW = `# The audit and the policy as gates. Snapshots are made on the hosts (dtrace-path collect) and stand under snapshots/.
# package.json names dtrace-path among its devDependencies.
name: network
on: [push, pull_request]
permissions:
  contents: read
  security-events: write
jobs:
  network:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 22, cache: npm }
      - run: npm ci
      - run: npx --no-install dtrace-path audit --fleet snapshots -o audit.sarif -o audit.md
      - if: always()
        run: |
          failed=0
          for snapshot in snapshots/*; do
            npx --no-install dtrace-path check dtrace-path.policy.yaml "$snapshot" || failed=1
          done
          exit "$failed"
      - if: always()
        run: cat audit.md >> "$GITHUB_STEP_SUMMARY"
      - if: always()
        uses: github/codeql-action/upload-sarif@v3
        with: { sarif_file: audit.sarif }
`;

const EXAMPLES = `
Examples:
  dtrace-path init
  dtrace-path init host.tgz       the policy says what holds on that host today`;

/** Adds `init`: the files that a project of its own begins with. */
export function registerInit(program: Command): void {
  const command = program
    .command('init')
    .description('write a configuration, a policy and a workflow to begin with; what is there already stays')
    .option('--dir <dir>', 'where to write them', '.');
  addSnapshotOptions(addFiles(command));
  addStyleOptions(command).addHelpText('after', EXAMPLES).action(run);
}

interface InitOptions {
  readonly dir: string;
  readonly snapshot?: string;
}

/** The policy that holds on a host, where one is given. */
async function policyFor(options: InitOptions & Readonly<Record<string, unknown>>): Promise<string> {
  if (options.snapshot === undefined) return POLICY;
  const [host, { createMachine }, { initialPolicy }] = await Promise.all([
    readHost(options),
    import('../datapath/index.js'),
    import('../reachability/policy/init.js'),
  ]);
  return initialPolicy(createMachine(host));
}

async function run(files: readonly string[], given: InitOptions & Readonly<Record<string, unknown>>): Promise<void> {
  const options = withFiles(given, files);
  const written: readonly (readonly [string, string])[] = [
    ['dtrace-path.config.yaml', CONFIG],
    ['dtrace-path.policy.yaml', await policyFor(options)],
    ['.github/workflows/network.yml', WORKFLOW],
  ];
  for (const [name, text] of written) {
    const path = join(options.dir, name);
    process.stdout.write(`${escapeTerminal(path)}: ${(await writeNew(path, text)) ? 'written' : 'is there already, left as it is'}\n`);
  }
}

/** Writes a file where there is none; a link that leads nowhere counts as one (O_EXCL, open(2)). @returns whether it was written. */
async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw new UsageError(`${path}: cannot be written (${faultText(error)})`, { cause: error });
  }
}
