import { onHostNetns } from '../../inventory/index.js';
import type { HostService } from '../../surface/index.js';
import type { Analysis } from '../analysis.js';
import { behind, some } from '../checks/words.js';
import { notApplicable } from '../proof.js';

/** Containers that live in the host's namespace, with the listeners that they are known to add there. */
export const hostNetwork: Analysis = (survey) => {
  const running = survey.host.containers.filter((c) => c.running);
  if (running.length === 0) return notApplicable('no running container');
  const guests = onHostNetns(survey.host);
  const proofs = guests.map((c) => {
    const mine = survey.services.filter((s): s is HostService => s.kind === 'host' && s.container?.name === c.name);
    const added = mine.length === 0 ? 'which listeners are its own, the snapshot does not tell' : `adds ${some(mine.map(behind))}`;
    return {
      object: { kind: 'container', name: c.name, container: c.name, detail: added, origin: c.origin } as const,
      traces: [],
      lines: [
        { text: `container ${c.name}: NetworkMode ${c.networkMode}`, origin: c.origin },
        ...mine.map((s) => ({ text: behind(s), origin: s.origin })),
      ],
      fixes: [],
    };
  });
  return { proofs, doubts: [], note: `${running.length} running containers have a network namespace apart from the host's` };
};
