import { buildFlows, namesOf, FlowsByServer, placeOnTrace } from '../../capture/index.js';
import type { CaptureEvidence } from '../../model/capture.js';
import type { Host } from '../../model/host.js';
import type { FlowRequest, Trace } from '../../model/trace.js';
import { captureInputs, collectCaptures } from './captures.js';
import type { CaptureOptions } from './capture-options.js';

/** Sets a trace beside captures. */
export type PlacesTrace = (trace: Trace, request: FlowRequest) => Trace;

/**
 * Reads the captures that the options and the snapshot name. Where they contradict a trace whose question left the client's port open, the trace for
 * the captured port is shown instead if they agree with that: rules and routes may go by it.
 * @param predict traces a flow anew.
 * @returns undefined where there are no captures.
 */
export async function readPlacing(
  options: CaptureOptions,
  host: Host,
  predict: (request: FlowRequest) => Trace | undefined,
): Promise<PlacesTrace | undefined> {
  const inputs = captureInputs(options, host);
  if (inputs.length === 0) return undefined;
  const { collector, taps, sources } = await collectCaptures(inputs, host);
  const flows = [...buildFlows(collector, taps, namesOf(host))];
  const byServer = new FlowsByServer(flows);
  const place = (trace: Trace, { sport, src }: FlowRequest): Trace & { readonly captures: CaptureEvidence } => {
    const question = { ...(sport !== undefined && { sport }), ...(src !== undefined && { src }) };
    return { ...trace, captures: placeOnTrace(trace, { flows, sources, byServer }, question, host) };
  };
  return (trace, request) => {
    const placed = place(trace, request);
    const port = placed.captures.shown?.client.port;
    if (placed.captures.verdict !== 'contradicted' || request.sport !== undefined || port === undefined) return placed;
    const exact = { ...request, to: trace.flow.dst ?? request.to, sport: port };
    const again = predict(exact);
    const better = again && place(again, exact);
    return better?.captures.verdict === 'contradicted' ? placed : (better ?? placed);
  };
}
