import type { Fate } from './fate.js';
import type { FloodedFrame, Underway } from './underway.js';
import type { Walk } from './walk.js';

/**
 * process_backlog: lets devices receive what waits for them until everything has come to its end. Copies of one frame go one after the
 * other, so that a trace tells each one's way in one piece; the kernel sends all of them before the first is received.
 */
export function drain(walk: Walk, from: Underway): Fate {
  const floods: { readonly frame: FloodedFrame; readonly fates: Fate[] }[] = [];
  let at: Underway = from;
  for (;;) {
    if (at.kind === 'waiting') at = walk.stack.receive(walk, at.ns, at.dev, at.skb);
    else if (at.kind === 'flooded') {
      const first = at.next();
      if (first === undefined) at = at.settle([]);
      else {
        floods.push({ frame: at, fates: [] });
        at = first;
      }
    } else {
      const open = floods[floods.length - 1];
      if (open === undefined) return at;
      open.fates.push(at);
      const next = open.frame.next();
      if (next === undefined) floods.pop();
      at = next ?? open.frame.settle(open.fates);
    }
  }
}
