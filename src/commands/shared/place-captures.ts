import { buildFlows } from '../../capture/flows/build.js';
import { namesOf } from '../../capture/names.js';
import { placeOnTrace } from '../../capture/place/evidence.js';
import type { Host } from '../../model/host.js';
import type { FlowRequest, Trace } from '../../model/trace.js';
import { captureInputs, collectCaptures } from './captures.js';
import type { CaptureOptions } from './capture-options.js';

/** Sets a trace beside captures. */
export type Placing = (trace: Trace, request: FlowRequest) => Trace;

/** Reads the captures that the options and the snapshot name. @returns undefined where there are none. */
export async function readPlacing(options: CaptureOptions, host: Host): Promise<Placing | undefined> {
  const inputs = captureInputs(options, host);
  if (inputs.length === 0) return undefined;
  const { collector, taps, sources } = await collectCaptures(inputs, host);
  const flows = [...buildFlows(collector, taps, namesOf(host))];
  return (trace, { sport, src }) => {
    const question = { ...(sport !== undefined && { sport }), ...(src !== undefined && { src }) };
    return { ...trace, captures: placeOnTrace(trace, { flows, sources }, question, host) };
  };
}
