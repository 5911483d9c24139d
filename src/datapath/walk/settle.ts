/** A walk that sends others ahead of itself and waits for what they say. */
export type WalkAhead<T> = Generator<WalkAhead<T>, T, T>;

/**
 * Runs a walk that goes down as deep as its input says; as calls within calls, ten thousand chains would overflow the stack.
 * @param unasked what the first step of each walk is resumed with, which nobody reads.
 */
export function settle<T>(first: WalkAhead<T>, unasked: T): T {
  const under: WalkAhead<T>[] = [first];
  let answer = unasked;
  for (let top: WalkAhead<T> | undefined = first; top !== undefined; top = under[under.length - 1]) {
    const step = top.next(answer);
    if (step.done === true) {
      answer = step.value;
      under.pop();
    } else under.push(step.value);
  }
  return answer;
}
