import { auditMachine } from '../../../src/audit/engine.js';
import { baselineOf, baselineOfFleet } from '../../../src/audit/baseline.js';
import { fleetHost } from '../../../src/commands/audit/worker.js';
import { AUDIT_REPORTS } from '../../../src/report/audit/index.js';
import { BY_PIECES, FLEET_REPORTS } from '../../../src/report/fleet/index.js';
import { inertJson } from '../../../src/report/inert-json.js';
import { RULES } from '../../audit/hosts.js';
import type { Printer } from './printed.js';

const PLAIN = { color: false, version: '0', root: '' } as const;

/** `audit`, alone and of a fleet, whose hosts go by the names of folders. */
export const audits: Printer = async (machine, sink) => {
  const { audit } = auditMachine(machine, RULES);
  sink.commands(audit.findings.flatMap((finding) => finding.remedy.steps.flatMap((step) => step.commands)));
  for (const [format, load] of AUDIT_REPORTS) sink.text(`audit ${format}`, [...(await load())(audit, PLAIN)].join(''));
  sink.text('baseline json', inertJson(baselineOf(audit), 2));
  const name = machine.host.meta.hostname ?? 'host';
  const fleet = {
    format: 'dtrace-path-fleet/1',
    hosts: [await fleetHost(name, audit, { ...PLAIN, root: `${name}/`, pieces: BY_PIECES })],
  } as const;
  for (const [format, load] of FLEET_REPORTS) sink.text(`fleet ${format}`, (await load())(fleet, PLAIN));
  sink.text('fleet-baseline json', inertJson(baselineOfFleet(fleet), 2));
};
