import type { Origin } from '../../model/origin.js';
import { DEVICE } from '../../names/index.js';
import { linesOf, ProblemList, unlessRefused, wordsOf, type Line, type Parsed } from './source.js';

/** A bridge as `brctl show` lists it. */
export interface BrctlBridge {
  readonly name: string;
  readonly ports: readonly { readonly iface: string; readonly origin: Origin }[];
  readonly origin: Origin;
}

interface Draft extends BrctlBridge {
  readonly ports: { readonly iface: string; readonly origin: Origin }[];
}

/** Reads `brctl show`: a line for each bridge with its first port, then a line for each further port. */
export function parseBrctlShow(text: string, file: string): Parsed<readonly BrctlBridge[]> {
  const problems = new ProblemList(file);
  const bridges: Draft[] = [];
  const read = ({ text: line, number }: Line): void => {
    const words = wordsOf(line);
    if (words[0] === 'bridge' && words[1] === 'name') return;
    const origin = problems.at(number);
    const last = bridges.at(-1);
    const [name = '', id = '', stp = '', port, ...rest] = words;
    const isBridge = /^[0-9a-f]{4}\.[0-9a-f]{12}$/i.test(id) && /^(?:yes|no)$/.test(stp) && rest.length === 0;
    const isPort = words.length === 1 && /^\s/.test(line) && last !== undefined;
    if (isBridge || isPort) for (const device of [name, port ?? name]) problems.name(DEVICE, device, number, line);
    if (isBridge) bridges.push({ name, ports: port === undefined ? [] : [{ iface: port, origin }], origin });
    else if (isPort) last.ports.push({ iface: name, origin });
    else problems.add(number, line, 'not a line of brctl show');
  };
  for (const line of linesOf(text)) unlessRefused(() => read(line));
  return { data: bridges, problems: problems.list };
}
