import { flagAt, textAt, textOf } from './access.js';
import type { Tree } from './tree.js';

/** @returns an entry of `volumes:` as words of docker run, where it lays something of the host into the container: findings may rest on it. */
export function volumeWords(tree: Tree): readonly string[] {
  if (tree.kind !== 'table') {
    const text = textOf(tree, 'a volume');
    return text.includes(':') ? ['-v', text] : [];
  }
  const [source, target] = [textAt(tree, 'source'), textAt(tree, 'target')];
  if (textAt(tree, 'type') !== 'bind' || source === undefined || target === undefined) return [];
  return ['-v', `${source}:${target}${flagAt(tree, 'read_only') === true ? ':ro' : ''}`];
}
