// A process of its own: traces a second on one host, by known ways and with a walk for each. Arguments: dist, folder, containers, seconds.
import { questionsOf } from './hosts.mjs';

const [dist, folder, containers, seconds] = process.argv.slice(2);
const { createMachine, exploreFlow, traceFlow } = await import(`${dist}datapath/index.js`);
const { loadSnapshot } = await import(`${dist}snapshot/load.js`);

const started = performance.now();
const host = await loadSnapshot(folder);
const loaded = (performance.now() - started) / 1000;
const questions = questionsOf(Number(containers), 4096);

const ROUNDS = 3;

/**
 * Asks for so long, after as long again to warm up, by the processor's time: a busy machine takes longer, and measures the same. Every trace is
 * looked at to its last step. The round in the middle counts.
 */
function rateOf(ask) {
  let steps = 0;
  const rounds = [];
  for (let round = -1; round < ROUNDS; round++) {
    const enough = (Number(seconds) * 1e6) / (round < 0 ? 1 : ROUNDS);
    const cpu = process.cpuUsage();
    const start = performance.now();
    let done = 0;
    let used = 0;
    while (used < enough) {
      for (let i = 0; i < 256; i++) {
        const trace = ask(questions[done++ & 4095]);
        steps += trace.steps.length + trace.packets.length + (trace.steps.at(-1)?.packet.sport ?? 0);
      }
      const { user, system } = process.cpuUsage(cpu);
      used = user + system;
    }
    if (round >= 0) rounds.push({ wall: done / ((performance.now() - start) / 1000), cpu: done / (used / 1e6) });
  }
  const middle = (of) => rounds.map(of).toSorted((a, b) => a - b)[ROUNDS >> 1];
  return { wall: middle((round) => round.wall), cpu: middle((round) => round.cpu), steps };
}

const machine = createMachine(host);
const known = rateOf((question) => traceFlow(machine, question));
const walked = rateOf((question) => exploreFlow(machine, question).trace);
process.stdout.write(JSON.stringify({ loaded, known, walked, peak: process.resourceUsage().maxRSS / 1024 }));
