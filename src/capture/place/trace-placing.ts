import type { CaptureEvidence, CapturedFlow, CaptureSource } from '../../model/capture.js';
import type { Host } from '../../model/host.js';
import type { FlowRequest, Trace } from '../../model/trace.js';
import { FlowsByServer } from './by-server.js';
import { placeOnTrace } from './evidence.js';

/** Sets a trace beside captures. */
export type PlacesTrace = (trace: Trace, request: FlowRequest) => Trace & { readonly captures: CaptureEvidence };

/**
 * Sets traces beside captures. Where they contradict a trace whose question left the client's port open, the trace for the captured port is shown
 * instead if they agree with that: rules and routes may go by it.
 * @param predict traces a flow anew; undefined where that cannot be asked.
 */
export function placedBy(
  flows: readonly CapturedFlow[],
  sources: readonly CaptureSource[],
  host: Host,
  predict: (request: FlowRequest) => Trace | undefined,
): PlacesTrace {
  const byServer = new FlowsByServer(flows);
  const place = (trace: Trace, { sport, src }: FlowRequest): ReturnType<PlacesTrace> => {
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
