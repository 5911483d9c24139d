import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { plainTexts, type ExplorerData, explorerHtml, type PageParts, policyOf } from '../explorer/index.js';
import { readOwnFile } from '../own-files.js';
import { readRules } from './audit/rules.js';
import { writeReport } from './common/output.js';
import { runStyle } from './common/run-style.js';
import { askedToEnd, servePage } from './common/serve-page.js';
import { addFiles, addSnapshotOptions, readHostTexts, withFiles } from './common/snapshot-options.js';
import { suppose, supposedCommands } from './common/suppose.js';
import { version } from './common/version.js';

interface ExploreOptions {
  readonly output?: string;
  readonly blank?: boolean;
}

const EXAMPLES = `
Examples:
  dtrace-path explore host.tgz
  dtrace-path explore host.tgz -o host.html
  dtrace-path explore host.tgz --what-if 'docker run -p 6379:6379 redis' -o after.html
  dtrace-path explore --blank -o playground.html
The page holds the listings and the engine, and works with or without a network: it fetches nothing and sends nothing. Without -o it is served on a port
of 127.0.0.1, at a secret address that is printed, until Ctrl-C.`;

/** Adds `explore`: one page that holds a host and answers questions about it. */
export function registerExplore(program: Command): void {
  const command = program
    .command('explore')
    .description('one page that holds the host and the engine: paths, who reaches what, findings, what if, in a browser without a network');
  addSnapshotOptions(addFiles(command))
    .option('-o, --output <file>', 'write the page to a file, whole or not at all, and serve nothing')
    .option('--blank', 'a page without a host: drop files, a folder or a paste on it')
    .option('--debug', 'show stack traces of failures')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64');
}

/** What the build made of src/explorer/page. */
function pageParts(): PageParts {
  return { script: readOwnFile('explorer/page.js'), style: readOwnFile('explorer/page.css'), sha256 };
}

/** @returns what the page of a host holds, and what to call it. */
async function dataOf(
  options: Readonly<Record<string, unknown>>,
  common: Pick<ExplorerData, 'format' | 'version' | 'rules'>,
): Promise<{ readonly data: ExplorerData; readonly title: string }> {
  const texts = await readHostTexts(options);
  const [{ hostOfTexts }, { blankTexts }] = await Promise.all([import('../snapshot/host-texts.js'), import('../snapshot/blank/index.js')]);
  const host = hostOfTexts(texts);
  // a command that cannot be understood is told of here, rather than by the page
  await suppose(host, options);
  return {
    data: { ...common, texts: plainTexts(blankTexts(texts, host)), whatIf: await supposedCommands(host, options) },
    title: `${host.meta.hostname ?? 'A host'}, explored`,
  };
}

async function run(files: readonly string[], options: ExploreOptions & Readonly<Record<string, unknown>>): Promise<void> {
  const rules = await readRules({ folders: [], only: [], disable: [], known: [] });
  const common = { format: 'dtrace-path-explorer/1', version: version(), rules } as const;
  const { data, title } =
    options.blank === true ? { data: { ...common, whatIf: [] }, title: 'Explore a host' } : await dataOf(withFiles(options, files), common);
  const parts = pageParts();
  const html = explorerHtml(data, title, parts);
  await (options.output === undefined ? serve(html, policyOf(parts, data.texts === undefined)) : writeReport(options.output, html));
}

/** Serves the page until the program is asked to end. */
async function serve(html: string, policy: string): Promise<void> {
  const ended = askedToEnd();
  const served = await servePage(html, policy);
  process.stdout.write(`${served.url}\n`);
  if (!runStyle.quiet) process.stderr.write('open this address in a browser of this machine; Ctrl-C ends it\n');
  await ended;
  await served.close();
}
