import { didYouMean, type Machine } from '../datapath/index.js';
import type { Matrix, MatrixService, MatrixSource } from '../model/reachability.js';
import { reachabilityMatrix } from './matrix.js';

/** Which of a matrix's sources and services are meant; absent: all. */
export interface NamedCells {
  readonly from?: readonly string[] | undefined;
  readonly to?: readonly string[] | undefined;
}

/** @returns whether somebody names ports that nobody listens on: those are in no matrix that is not asked for them. */
export function namesUnlistened({ to }: NamedCells): boolean {
  return to?.some((name) => name.includes(':other/')) === true;
}

/** @returns whether a source is one of those that are named: `internet` is what people call the outside. */
export function wantsSource({ from }: NamedCells): (source: MatrixSource) => boolean {
  if (from === undefined) return () => true;
  const wanted = new Set(from.map((name) => (name === 'internet' ? 'outside' : name)));
  return (source) => wanted.has(source.name);
}

/** @returns whether a service is one of those that are named: by its name (`web:80/tcp`), with the port alone, or by whose it is. */
export function wantsService({ to }: NamedCells): (service: MatrixService) => boolean {
  if (to === undefined) return () => true;
  const wanted = new Set(to);
  return ({ name, target, leadsTo }) =>
    wanted.has(name) || wanted.has(target) || wanted.has(name.split('/')[0]!) || wanted.has(leadsTo ?? '');
}

/** @returns why a matrix lacks what was named: without a word, it would read as if nobody reached that. */
export function unknownInMatrix(machine: Machine, { sources, services }: Matrix, { from, to }: NamedCells): string | undefined {
  const nobody = from?.find((name) => !sources.some(wantsSource({ from: [name] })));
  if (nobody !== undefined) {
    const known = reachabilityMatrix(machine, { to: () => false }).sources.map(({ name }) => name);
    return `no source is called ${nobody}${didYouMean(nobody, known)}; a matrix of all sources lists them`;
  }
  const nothing = to?.find((name) => !services.some(wantsService({ to: [name] })));
  if (nothing === undefined) return undefined;
  const known = reachabilityMatrix(machine, { from: () => false }).services.flatMap(({ name, target }) => [name, target]);
  return `no service fits ${nothing}${didYouMean(nothing, [...new Set(known)])}; a matrix of all services lists them`;
}
