import type { ComposeNote } from '../model/compose.js';
import { itemsAt, placeOf, tableAt, textAt } from './access.js';
import type { TableNode } from './tree.js';

const AS_COMPOSE = 'what is answered is what `docker compose up` makes of it';

/** @returns what a service says for a swarm alone: `docker stack deploy` would make something else of the file. */
export function swarmNotes(services: ReadonlyMap<string, TableNode>): readonly ComposeNote[] {
  return [...services].flatMap(([name, service]): readonly ComposeNote[] => {
    const ingress = itemsAt(service, 'ports').filter((item) => item.kind === 'table' && textAt(item, 'mode') === 'ingress');
    const deploy = tableAt(service, 'deploy');
    const keys = ['mode', 'endpoint_mode', 'placement'].filter((key) => deploy?.entries.has(key) === true);
    return [
      ...ingress.map(({ at }) => ({
        origin: at,
        message: `service ${name} publishes in mode ingress, which a swarm does on every node; ${AS_COMPOSE}`,
      })),
      ...keys.map((key) => ({
        origin: deploy === undefined ? service.at : placeOf(deploy, key),
        message: `deploy.${key} of service ${name} is for a swarm alone; ${AS_COMPOSE}`,
      })),
    ];
  });
}
