/** The option of gates that lets listings be missing, or known in part, by their files. */
export const ACCEPT_MISSING: readonly [string, string, (file: string, sofar: readonly string[]) => readonly string[], readonly string[]] = [
  '--accept-missing <file>',
  'a listing that may be missing or known in part, as host/ss.txt, or all of a folder, as netns/web/; repeatable',
  (file, sofar) => [...sofar, file],
  [],
];
