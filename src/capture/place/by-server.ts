import type { CapturedFlow } from '../../model/capture.js';
import type { FlowProto } from '../../model/trace.js';
import type { Sighting } from '../../model/sighting.js';
import { canonical } from '../names.js';

/** Finds the flows that may be a predicted connection without a look at all of them: by the ends that servers have at any hop. */
export class FlowsByServer {
  private readonly numbers = new Map<string, number[]>();

  constructor(private readonly flows: readonly CapturedFlow[]) {
    flows.forEach(({ proto, hops }, number) => {
      for (const { reply, src, sport, dst, dport } of hops) {
        const key = reply ? keyOf(proto, src, sport) : keyOf(proto, dst, dport);
        const there = this.numbers.get(key);
        if (there === undefined) this.numbers.set(key, [number]);
        else if (there.at(-1) !== number) there.push(number);
      }
    });
  }

  /** @returns the flows that some predicted sighting's server has a part in, in their order. */
  near(predicted: readonly Sighting[], proto: FlowProto): readonly CapturedFlow[] {
    const keys = new Set(
      predicted.map(({ reply, src, sport, dst, dport }) =>
        reply ? keyOf(proto, canonical(src), sport) : keyOf(proto, canonical(dst), dport),
      ),
    );
    const lists = [...keys].flatMap((key) => {
      const list = this.numbers.get(key);
      return list === undefined ? [] : [list];
    });
    const numbers = lists.length === 1 ? lists[0]! : [...new Set(lists.flat())].sort((a, b) => a - b);
    return numbers.map((number) => this.flows[number]!);
  }
}

function keyOf(proto: string, ip: string, port: number | undefined): string {
  return `${proto} ${ip} ${port ?? ''}`;
}
