import type { Problem } from '../../src/model/origin.js';

/** Errors that only a mistake in the program raises; every other one is a message for the reader. */
const FAULTS = [TypeError, RangeError, ReferenceError, SyntaxError, URIError];

/**
 * Runs `read`; an error for people is an answer like any other.
 * @returns what it gave, or undefined where it refused.
 * @throws the fault, where the program broke.
 */
export function survives<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    return refusal(error);
  }
}

/** The same for what takes a moment. */
export async function survivesAsync<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): undefined {
  if (!(error instanceof Error)) throw new Error(`something that is no Error was thrown: ${String(error)}`);
  if (FAULTS.some((kind) => error instanceof kind)) throw error;
  if (error.message.trim() === '') throw new Error('an error without a message', { cause: error });
  return undefined;
}

/** @throws where a problem names a line that the text does not have. */
export function checkPlaces(problems: readonly Problem[], text: string): void {
  const lines = text.split('\n').length;
  for (const { origin, message } of problems) {
    if (origin.line < 0 || origin.line > lines) throw new Error(`problem in line ${origin.line} of ${lines}: ${message}`);
    if (message === '') throw new Error(`a problem without words in line ${origin.line}`);
  }
}

/** @throws where a text for a terminal holds anything but text and line feeds. */
export function checkInert(text: string): void {
  const active = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/.exec(text);
  if (active)
    throw new Error(
      `an active character, ${JSON.stringify(active[0])}, after ${JSON.stringify(text.slice(Math.max(0, active.index - 60), active.index))}`,
    );
}
