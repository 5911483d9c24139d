import { explain } from '../../../src/explain/index.js';
import { inertJson } from '../../../src/report/inert-json.js';
import { renderExplanations, renderExplanationsMarkdown } from '../../../src/report/explanation-text.js';
import { renderInspection } from '../../../src/report/inspect-text.js';
import { renderTopologyDot } from '../../../src/report/topology/dot.js';
import { renderTopologyMermaid } from '../../../src/report/topology/mermaid.js';
import { renderTopologySvg } from '../../../src/report/topology/svg.js';
import { renderTopologyText } from '../../../src/report/topology/text.js';
import { inspectHost } from '../../../src/snapshot/inspection.js';
import { topologyOf } from '../../../src/topology/index.js';
import { asked, type Printer } from './printed.js';

/** `explain` of what people would ask about. */
export const explanations: Printer = (machine, sink) => {
  const { host } = machine;
  const names = [
    ...host.containers.slice(0, 2).map(({ name }) => name),
    ...host.networks.slice(0, 2).map(({ name }) => name),
    ...[...host.netns.values()].slice(0, 2).flatMap((netns) => netns.interfaces.slice(0, 3).map(({ name }) => name)),
  ];
  const told = [...new Set(names)].flatMap((name) => asked(() => explain(machine, name)) ?? []);
  sink.text('explain json', inertJson(told, 2));
  sink.text('explain text', renderExplanations(told, { color: false }));
  sink.text('explain md', renderExplanationsMarkdown(told));
  return Promise.resolve();
};

/** `topology`. */
export const topologies: Printer = (machine, sink) => {
  const topology = topologyOf(machine);
  sink.text('topology json', inertJson(topology, 2));
  sink.text('topology text', renderTopologyText(topology));
  sink.text('topology mermaid', renderTopologyMermaid(topology));
  sink.text('topology dot', renderTopologyDot(topology));
  sink.text('topology svg', renderTopologySvg(topology));
  return Promise.resolve();
};

/** `inspect`. */
export const inspections: Printer = ({ host }, sink) => {
  const inspection = inspectHost(host);
  sink.text('inspect json', inertJson(inspection, 2));
  sink.text('inspect text', renderInspection(inspection, { color: false }));
  return Promise.resolve();
};
