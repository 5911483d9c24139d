import { expect, it } from 'vitest';
import type { NetnsState } from '../../../src/datapath/machine/netns-state.js';
import { drain } from '../../../src/datapath/walk/backlog.js';
import type { Fate } from '../../../src/datapath/walk/fate.js';
import type { Skb } from '../../../src/datapath/walk/skb.js';
import { flooded, netifRx, type Underway } from '../../../src/datapath/walk/underway.js';
import type { Walk } from '../../../src/datapath/walk/walk.js';

// a backlog looks into neither
const ns = {} as NetnsState;
const skb = {} as Skb;
const ends = (what: string): Fate => ({ kind: 'missing', ns, what });
const said = (fates: readonly Fate[]): Fate =>
  ends(`(${fates.map((fate) => (fate.kind === 'missing' ? fate.what : fate.kind)).join(' ')})`);

/** What comes of a frame that waits at the first device, where every device does what a function says. */
function run(receive: (dev: string) => Underway): { readonly fate: Fate; readonly received: readonly string[] } {
  const received: string[] = [];
  // of a walk, only what receives is asked for
  const walk = {
    stack: {
      receive: (_walk: Walk, _ns: NetnsState, dev: string): Underway => {
        received.push(dev);
        return receive(dev);
      },
    },
  } as unknown as Walk;
  return { fate: drain(walk, netifRx(ns, '0', skb)), received };
}

const to = (dev: string): Underway => netifRx(ns, dev, skb);

it('goes on to where nobody has to receive it', () => {
  expect(run((dev) => (dev === '3' ? ends('there') : to(String(Number(dev) + 1))))).toEqual({
    fate: ends('there'),
    received: ['0', '1', '2', '3'],
  });
});

it('lies no deeper for a million devices in a row', () => {
  expect(run((dev) => (dev === '1000000' ? ends('there') : to(String(Number(dev) + 1)))).fate).toEqual(ends('there'));
});

it('follows each copy to its end before it sends the next, floods within floods included', () => {
  const { fate, received } = run((dev) => (dev.length === 3 ? ends(dev) : flooded(['a', 'b'], (port) => to(dev + port), said)));
  expect(received).toEqual(['0', '0a', '0aa', '0ab', '0b', '0ba', '0bb']);
  expect(fate).toEqual(ends('((0aa 0ab) (0ba 0bb))'));
});

it('lies no deeper for floods of one copy each', () => {
  const last = run((dev) =>
    dev === '50000'
      ? ends('there')
      : flooded(
          [Number(dev) + 1],
          (next) => to(String(next)),
          ([only]) => only!,
        ),
  );
  expect(last.fate).toEqual(ends('there'));
});

it('asks what becomes of a flood that nobody gets', () => {
  expect(run(() => flooded([], to, said)).fate).toEqual(ends('()'));
});
