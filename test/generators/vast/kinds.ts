import type { Files } from './host.js';

/** Hosts that nobody runs: each holds one kind of thing in numbers that an enemy may write. A size is the number of them. */
export type Kinds = Readonly<Record<string, { readonly size: number; readonly make: (size: number) => Files }>>;
