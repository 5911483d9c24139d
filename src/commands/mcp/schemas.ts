import { readOwnFile } from '../../own-files.js';
import type { ObjectSchema } from './tool.js';

/** @returns a schema of the package: that of what the command of this name prints as JSON. */
export function publishedSchema(name: string): ObjectSchema {
  const { $id: _, ...schema } = JSON.parse(readOwnFile(`../docs/schemas/${name}.schema.json`)) as Readonly<Record<string, unknown>>;
  return { ...schema, type: 'object' };
}
