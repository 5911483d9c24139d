/** Where something was read: the file inside the snapshot and its line, counted from 1 (0: the file as a whole). */
export interface Origin {
  readonly file: string;
  readonly line: number;
}

/** Something in the input that was not understood, or that contradicts itself. */
export interface Problem {
  readonly origin: Origin;
  /** The text in question, as it stood. */
  readonly text: string;
  /** What is wrong with it, for a person. */
  readonly message: string;
  /** Set where the text itself was understood: the listing ends early, or another says otherwise. */
  readonly kind?: 'cut' | 'contradiction';
  /** How many more such places stand behind this one. */
  readonly more?: number;
}
