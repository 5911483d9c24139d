import type { NetnsState } from '../../datapath/netns-state.js';

/** TPROXY gives packets to sockets of any address, `-m socket` looks for one. */
const HANDS_OVER = / -j TPROXY | -m socket /;

const NATIVE = /\b(?:tproxy|socket)\b/;

const known = new WeakMap<NetnsState, boolean>();

/** @returns whether rules of a namespace hold sockets against packets that are for other addresses than its own. */
export function handsOver(ns: NetnsState): boolean {
  let found = known.get(ns);
  if (found === undefined) {
    const natives = ([4, 6] as const).flatMap((family) => [...ns.natives.rules(family)]);
    found = natives.some(({ hit }) => NATIVE.test(hit.rule));
    found ||= ns.netns.rulesets.some((set) =>
      [...set.tables.values()].some((table) =>
        [...table.chains.values()].some((chain) => chain.rules.some(({ text }) => HANDS_OVER.test(`${text} `))),
      ),
    );
    known.set(ns, found);
  }
  return found;
}
