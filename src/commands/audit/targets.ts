import { FORMAT_OF_ENDING } from '../../report/audit/index.js';
import { UsageError } from '../common/failure.js';

/** One report to write; without `file` to standard output. */
export interface ReportTarget {
  readonly format: string;
  readonly file?: string;
}

interface Wish {
  format?: string;
  file?: string;
}

function formatOf(file: string): string | undefined {
  if (file.endsWith('.sarif.json')) return 'sarif';
  const ending = /\.[^./\\]+$/.exec(file)?.[0] ?? '';
  return FORMAT_OF_ENDING.get(ending.toLowerCase());
}

/** Collects `--format` and `-o` in the order in which they stand: a format belongs to the file that follows it. */
export class TargetList {
  private readonly wishes: Wish[] = [];

  format(name: string): void {
    this.wishes.push({ format: name });
  }

  file(name: string): void {
    const last = this.wishes.at(-1);
    if (last !== undefined && last.file === undefined) last.file = name;
    else this.wishes.push({ file: name });
  }

  /**
   * @returns the reports to write: text where nothing was asked for.
   * @throws UsageError where a file's ending tells no format, or two reports want standard output.
   */
  targets(): readonly ReportTarget[] {
    if (this.wishes.length === 0) return [{ format: 'text' }];
    const [only, late] = this.wishes;
    // `-o FILE --format NAME` is one wish as well
    if (
      this.wishes.length === 2 &&
      only?.file !== undefined &&
      formatOf(only.file) === undefined &&
      late?.format !== undefined &&
      late.file === undefined
    )
      return [{ format: late.format, file: only.file }];
    const targets = this.wishes.map(({ format, file }): ReportTarget => {
      const name = format ?? (file === undefined ? undefined : file === '-' ? 'text' : formatOf(file));
      if (name === undefined)
        throw new UsageError(
          `-o ${file ?? ''}: the name tells no format; put --format before it, or end it in ${[...FORMAT_OF_ENDING.keys()].join(', ')}`,
        );
      return { format: name, ...(file !== undefined && file !== '-' && { file }) };
    });
    if (targets.filter((t) => t.file === undefined).length > 1)
      throw new UsageError('two reports for standard output; give all but one a file with -o');
    return targets;
  }
}
