import { isName, DEVICE } from '../../../names/index.js';
import type { Call, Recogniser } from '../piece.js';

const KEY = '[A-Za-z0-9+/]{43}=';
/** A line of `wg show all dump`: a device, then keys or what stands for them. */
const DUMPED = new RegExp(`^[\\w.=-]{1,15}\\s+(?:${KEY}|\\(\\w+\\))\\s`);
const SHOWN = /^(?:interface|peer): |^ {2}[a-z]+(?: [a-z]+){0,3}: /;

/** `wg show wg0 dump` leaves the device out of every line; a dump of all has it. */
function deviceOf({ args }: Call): string | undefined {
  const [verb, device, what] = args;
  return verb === 'show' && what === 'dump' && device !== 'all' && isName(DEVICE, device ?? '') ? device : undefined;
}

const shows = ({ program, args: [verb, , what = ''] }: Call): boolean =>
  program === 'wg' && (verb === undefined || (verb === 'show' && (what === '' || what === 'dump')));

/** Puts a word for each key in a line of a dump: none of them is kept. */
const withoutKeys = (line: string): string => line.replace(new RegExp(KEY, 'g'), '(hidden)');

/** `wg`, `wg show`, `wg show all dump`: which packets enter a tunnel by which peer. */
export const WG_SHOW: Recogniser = {
  name: 'wg show',
  printedBy: shows,
  begins: (line) => /^interface: \S+$/.test(line),
  goesOn: (line) => SHOWN.test(line) || DUMPED.test(line),
  place: (_, call) => {
    const device = call === undefined ? undefined : deviceOf(call);
    const one = call?.args[1] !== undefined && call.args[1] !== 'all' && call.args[1] !== 'interfaces' ? call.args[1] : '';
    const as = (line: string): string => withoutKeys(device === undefined ? line : `${device}\t${line}`);
    return { folder: 'netns', name: 'wg-show.txt', variant: one, rank: one === '' ? 1 : 0, as };
  },
};
