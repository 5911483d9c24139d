/** So many times the limit of one command all of them may take: 20 minutes, where each has 20 s. */
export const MOST_TIMES = 60;
/** What is kept in all: less than a reader takes (`LIMITS` of the snapshot), so that what is written can be read. */
export const MOST_KEPT = 384 * 2 ** 20;
/** Namespaces that are taken: of each some eighteen files, of which a reader takes 50,000. */
export const MOST_SPACES = 2000;

/** What a collection may come to in all, whatever the host's programs do; `collect.sh` has the same bounds. */
export class Bounds {
  private readonly until: number;
  private readonly longest: number;
  private kept = 0;

  /**
   * @param seconds the limit of one command.
   * @param now the time, in milliseconds.
   */
  constructor(
    seconds: number,
    private readonly now: () => number = Date.now,
  ) {
    this.longest = seconds * MOST_TIMES;
    this.until = now() + this.longest * 1000;
  }

  /** Counts what was kept of a command. */
  keep(bytes: number): void {
    this.kept += bytes;
  }

  /** @returns why nothing more is asked; undefined where there is time and room. */
  get over(): string | undefined {
    if (this.now() >= this.until) return `not asked: all that came before took longer than ${this.longest} s`;
    return this.kept > MOST_KEPT ? `not asked: there are more than ${MOST_KEPT / 2 ** 20} MiB already` : undefined;
  }
}
