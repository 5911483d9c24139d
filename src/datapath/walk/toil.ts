import { OutOfBudget } from './budget.js';

/** What one walk costs beside the rules that it tries: as much as so many of those. */
const PER_WALK = 64;
/** What each thing costs that happens on the way, and each frame that a device takes in. */
const PER_STEP = 8;

/**
 * Of what one question about a whole host may cost (a matrix, a policy, a comparison, an audit), in rules tried. The audit of a
 * thousand containers comes to three million.
 */
export const ONE_QUESTION = 50_000_000;

/**
 * The work done on a machine. One walk ends by itself, but a question about a host asks of as many as there are senders and services that differ, which
 * whoever wrote the snapshot may make any number. Counted, not timed: the same questions in the same order are answered alike everywhere.
 */
export class Toil {
  private spent = 0;
  private most = Number.POSITIVE_INFINITY;

  /** @param question what each may cost. */
  constructor(private readonly question = ONE_QUESTION) {}

  /** Begins a question that may take so much work and no more; those before it do not count. */
  allow(): void {
    this.most = this.spent + this.question;
  }

  /** All work that was done so far. */
  get done(): number {
    return this.spent;
  }

  /** Whether nothing more is walked for this question. */
  get isOver(): boolean {
    return this.spent > this.most;
  }

  /** @param tried rules; @param steps what happened on the way. */
  walked(tried: number, steps: number): void {
    this.spend(PER_WALK + tried + PER_STEP * steps);
  }

  /** @param work as much as so many rules tried: what is done beside the walks, to tell which flows one of them stands for. */
  spend(work: number): void {
    // what is given up before it begins costs next to nothing
    if (!this.isOver) this.spent += work;
  }

  /** @throws OutOfBudget where all work that is allowed is done. */
  begin(): void {
    if (this.isOver) throw new OutOfBudget({ what: 'work', limit: this.question, detail: '' });
  }
}
