// A process of its own: traces a second on one host, by known ways and with a walk for each. Arguments: dist, folder, containers, seconds.
import { questionsOf } from './hosts.mjs';

const [dist, folder, containers, seconds] = process.argv.slice(2);
const { createMachine, exploreFlow, traceFlow } = await import(`${dist}datapath/index.js`);
const { loadSnapshot } = await import(`${dist}snapshot/load.js`);

const started = performance.now();
const host = await loadSnapshot(folder);
const loaded = (performance.now() - started) / 1000;
const questions = questionsOf(Number(containers), 4096);

/** Asks for so long, after as long again to warm up; every trace is looked at to its last step. */
function rateOf(ask) {
  let steps = 0;
  for (const measured of [false, true]) {
    const until = performance.now() + Number(seconds) * 1000;
    const cpu = process.cpuUsage();
    const start = performance.now();
    let done = 0;
    while (performance.now() < until)
      for (let i = 0; i < 256; i++) {
        const trace = ask(questions[done++ & 4095]);
        steps += trace.steps.length + trace.packets.length + (trace.steps.at(-1)?.packet.sport ?? 0);
      }
    const used = process.cpuUsage(cpu);
    if (measured) return { wall: done / ((performance.now() - start) / 1000), cpu: done / ((used.user + used.system) / 1e6), steps };
  }
  throw new Error('nothing was measured');
}

const machine = createMachine(host);
const known = rateOf((question) => traceFlow(machine, question));
const walked = rateOf((question) => exploreFlow(machine, question).trace);
process.stdout.write(JSON.stringify({ loaded, known, walked, peak: process.resourceUsage().maxRSS / 1024 }));
