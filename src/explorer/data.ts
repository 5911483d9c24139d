import type { AuditRule, HostTexts, SourceFile } from '../core.js';

/** What the page holds beside its script: a host as texts, and the audit's rules. Plain data, so that it can be written into the page. */
export interface ExplorerData {
  readonly format: 'dtrace-path-explorer/1';
  /** Of the program that wrote the page. */
  readonly version: string;
  /** Absent in the empty page. */
  readonly texts?: PlainTexts;
  readonly rules: readonly AuditRule[];
  /** Commands that are supposed to have been run. */
  readonly whatIf: readonly string[];
}

/** `HostTexts` as JSON can hold it. */
export interface PlainTexts extends Omit<HostTexts, 'files'> {
  readonly files: readonly (readonly [string, SourceFile])[];
}

/** @returns texts as JSON can hold them. */
export function plainTexts({ files, ...rest }: HostTexts): PlainTexts {
  return {
    ...rest,
    files: [...files].map(([path, file]) => [path, typeof file === 'string' ? { text: file, shown: path } : file] as const),
  };
}

/** @returns the texts that `plainTexts` wrote. */
export function textsOf({ files, ...rest }: PlainTexts): HostTexts {
  return { ...rest, files: new Map(files) };
}
