import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { onInterrupt } from '../interrupt.js';

/** Rules and addresses are nobody else's business. */
const PRIVATE = { file: 0o600, folder: 0o700 } as const;

/** A place that cannot be written to; the message says why. */
export class CannotWrite extends Error {
  override readonly name = 'CannotWrite';
}

/** @throws CannotWrite where the name of a file leads out of the snapshot; whoever named it should have seen to that. */
function checkNames(names: Iterable<string>): void {
  for (const name of names) {
    const bad = name.includes('\0') || name.includes('\\') || name.split('/').some((part) => part === '' || part === '.' || part === '..');
    if (bad) throw new CannotWrite(`${name}: is no name of a file of a snapshot; nothing was written`);
  }
}

/** Removes what is half written when the program is interrupted. @returns a function that ends that. */
function removeOnInterrupt(path: string): () => void {
  return onInterrupt(() => rmSync(path, { recursive: true, force: true }));
}

/** The archive in memory, where the files are as well: a stream of it that fails part of the way cannot be caught. */
async function packed(top: string, files: ReadonlyMap<string, string>): Promise<Buffer> {
  const archive = pack();
  for (const [name, text] of files) archive.entry({ name: `${top}/${name}`, mode: PRIVATE.file }, text);
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** @throws CannotWrite in place of an error of the file system. */
async function told(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (error instanceof CannotWrite || !(error instanceof Error) || !('code' in error)) throw error;
    throw new CannotWrite(`${path}: cannot be written (${error.message}); nothing was left there`, { cause: error });
  }
}

async function writeArchive(path: string, files: ReadonlyMap<string, string>): Promise<void> {
  const top = basename(path).replace(/\.(?:tgz|tar\.gz|tar)$/, '');
  const bytes = await packed(top, files);
  const whole = path.endsWith('.tar') ? bytes : await promisify(gzip)(bytes);
  const temporary = `${path}.${randomUUID()}.tmp`;
  const forget = removeOnInterrupt(temporary);
  try {
    // at once: nothing may appear after an interrupt has cleaned up
    writeFileSync(temporary, whole, { flag: 'wx', mode: PRIVATE.file });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    forget();
  }
}

async function writeFolder(path: string, files: ReadonlyMap<string, string>): Promise<void> {
  const old = await readdir(path).catch(() => []);
  if (old.length > 0) throw new CannotWrite(`${path}: is not empty; name a new folder for -o, or a file that ends in .tgz`);
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  const forget = removeOnInterrupt(temporary);
  try {
    mkdirSync(temporary, { mode: PRIVATE.folder });
    // each at once, for an interrupt to come between two and never into one
    for (const [name, text] of files) {
      mkdirSync(dirname(join(temporary, name)), { recursive: true, mode: PRIVATE.folder });
      writeFileSync(join(temporary, name), text, { mode: PRIVATE.file });
      await setImmediate();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  } finally {
    forget();
  }
}

/**
 * Writes a snapshot, whole or not at all, readable for its owner alone.
 * @param path a new or empty folder, or a file ending in .tgz, .tar.gz or .tar.
 * @throws CannotWrite where it is not empty, has no room, or may not be written to.
 */
export async function writeSnapshot(path: string, files: ReadonlyMap<string, string>): Promise<void> {
  checkNames(files.keys());
  const isArchive = /\.(?:tgz|tar\.gz|tar)$/.test(path);
  await told(path, () => (isArchive ? writeArchive(path, files) : writeFolder(path.replace(/(?<!\/)\/+$/, ''), files)));
}
