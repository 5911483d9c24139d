import type { AuditConfig } from '../../audit/index.js';
import { readText } from '../common/read-text.js';
import { faultText, UsageError } from '../common/failure.js';

/** What a configuration says, and the file that says it; no file where there is none. */
export type ReadConfig = AuditConfig & { readonly file?: string };

const NAMES = ['dtrace-path.config.json', 'dtrace-path.config.yaml', 'dtrace-path.config.yml'] as const;

async function readOptional(file: string): Promise<string | undefined> {
  return readText(file).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new UsageError(`${file}: cannot be read (${faultText(error)})`, { cause: error });
  });
}

async function parseYaml(text: string): Promise<unknown> {
  const { readPlainYaml } = await import('../../yaml.js');
  const read = readPlainYaml(text);
  if ('message' in read) throw new Error(`line ${read.line}: ${read.message}`);
  return read.value;
}

async function parseConfig(text: string, file: string): Promise<AuditConfig> {
  let value: unknown;
  try {
    value = file.endsWith('.json') ? JSON.parse(text) : await parseYaml(text);
  } catch (error) {
    throw new UsageError(`${file}: cannot be read as ${file.endsWith('.json') ? 'JSON' : 'YAML'} (${faultText(error)})`, { cause: error });
  }
  const { auditConfig } = await import('../../audit/config.js');
  return auditConfig(value ?? {}, file);
}

/**
 * Reads the configuration file that is named, or the first of the usual names in the working folder.
 * @throws UsageError where the named file is not there or cannot be parsed; ConfigError where it breaks its form.
 */
export async function readConfig(named: string | undefined): Promise<ReadConfig> {
  for (const file of named === undefined ? NAMES : [named]) {
    const text = await readOptional(file);
    if (text !== undefined) return { ...(await parseConfig(text, file)), file };
  }
  if (named !== undefined) throw new UsageError(`--config ${named}: there is no such file`);
  return {};
}
