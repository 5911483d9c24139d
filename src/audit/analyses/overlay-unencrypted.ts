import type { Analysis } from '../analysis.js';
import { notApplicable } from '../proof.js';
import { command, operand } from '../../command/index.js';
import { swarmOf } from '../../inventory/index.js';

const OVERLAY = ['--driver', 'overlay', '--opt', 'encrypted'] as const;

/** Overlay networks without encryption, where there are other hosts to cross to. */
export const overlayUnencrypted: Analysis = (survey) => {
  const overlays = survey.host.networks.filter((n) => n.driver === 'overlay');
  if (overlays.length === 0) return notApplicable('no overlay network');
  const open = overlays.filter((n) => !n.options.has('encrypted') || n.options.get('encrypted') === 'false');
  const swarm = swarmOf(survey.host);
  const others =
    swarm === undefined ? undefined : swarm.otherManagers.length > 0 ? true : swarm.nodes === undefined ? undefined : swarm.nodes > 1;
  if (open.length === 0) return { proofs: [], doubts: [], note: `${overlays.length} overlay networks, all encrypted` };
  const names = open.map((n) => n.name);
  if (others === undefined)
    return { proofs: [], doubts: [`${names.join(', ')}: whether other hosts are on it is in docker/info.json of a manager`] };
  const proofs = open.map((n) => ({
    object: {
      kind: 'network',
      name: n.name,
      detail: `driver overlay, without the option encrypted${others ? '' : '; this is the only node, so nothing crosses to another host yet'}`,
      origin: n.origin,
    } as const,
    ...(!others && { severity: 'info' as const }),
    traces: [],
    lines: [
      {
        text: `network ${n.name}: driver overlay, options ${[...n.options].map(([k, v]) => `${k}=${v}`).join(', ') || 'none'}`,
        origin: n.origin,
      },
    ],
    fixes: n.ingress
      ? [
          {
            title: 'Make it anew',
            commands: [
              command('docker', 'network', 'rm', 'ingress'),
              command('docker', 'network', 'create', '--driver', 'overlay', '--ingress', '--opt', 'encrypted', 'ingress'),
            ],
          },
        ]
      : [
          {
            title: 'Make it anew',
            commands: [
              command('docker', 'network', 'rm', operand(n.name)),
              command('docker', 'network', 'create', ...OVERLAY, ...(n.attachable ? ['--attachable'] : []), operand(n.name)),
            ],
          },
        ],
  }));
  return { proofs, doubts: [] };
};
