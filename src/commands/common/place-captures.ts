import { buildFlows, namesOf, placedBy, type PlacesTrace } from '../../capture/index.js';
import type { Host } from '../../model/host.js';
import type { FlowRequest, Trace } from '../../model/trace.js';
import { captureInputs, collectCaptures } from './captures.js';
import type { CaptureOptions } from './capture-options.js';

/**
 * Reads the captures that the options and the snapshot name, to set traces beside them.
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
  return placedBy([...buildFlows(collector, taps, namesOf(host))], sources, host, predict);
}
