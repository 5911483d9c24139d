import { fileURLToPath } from 'node:url';
import { collect } from '../../../src/capture/collect.js';
import { buildFlows } from '../../../src/capture/flows/build.js';
import { judgeFlows } from '../../../src/capture/judge.js';
import { namesOf } from '../../../src/capture/names.js';
import { readCaptureFile } from '../../../src/capture/read/index.js';
import { traceFlow } from '../../../src/datapath/index.js';
import { FLOWS_REPORTS } from '../../../src/report/flows/index.js';
import type { Printer } from './printed.js';

const CAPTURE = fileURLToPath(new URL('../../../fixtures/captures/docker20/flows/web-out-ping/host.pcap', import.meta.url));

/** `flows`: conversations of a capture, named and judged by the host. */
export const flows: Printer = async (machine, sink) => {
  const { host } = machine;
  const input = { spec: { path: CAPTURE, netns: 'host', iface: 'any' }, batches: () => readCaptureFile(CAPTURE) };
  const { collector, taps, sources } = await collect([input], host);
  const built = [...buildFlows(collector, taps, namesOf(host))];
  const judged = [...judgeFlows(built, sources, host, (request) => traceFlow(machine, request))];
  const document = { sources, counts: collector.counts, unexplainedOnly: false, flows: judged };
  for (const [format, load] of FLOWS_REPORTS) sink.text(`flows ${format}`, [...(await load())(document, { color: false })].join(''));
};
