const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Calls `clean` when the program is interrupted, and then lets the signal end it. @returns a function that calls this off. */
export function onInterrupt(clean: () => void): () => void {
  const handler = (signal: NodeJS.Signals): void => {
    try {
      clean();
    } finally {
      forget();
      process.kill(process.pid, signal);
    }
  };
  const forget = (): void => SIGNALS.forEach((signal) => process.removeListener(signal, handler));
  for (const signal of SIGNALS) process.once(signal, handler);
  return forget;
}
