import { countAt, placeOf, tableAt, textAt } from './access.js';
import { refuseAt } from './error.js';
import type { TableNode } from './tree.js';

/** A service that is to be started is made of something; a provider makes it by a program of its own. */
function checkImage(name: string, service: TableNode): void {
  if ((textAt(service, 'image') ?? '') === '' && !service.entries.has('build') && !service.entries.has('provider'))
    refuseAt(
      service.at,
      `service ${name} has neither image nor build, so Compose refuses the file: one laid over others is named behind them`,
    );
}

/** `scale` and `deploy.replicas` say one thing. */
function checkCount(name: string, service: TableNode): void {
  const deploy = tableAt(service, 'deploy');
  const [scale, replicas] = [countAt(service, 'scale'), deploy === undefined ? undefined : countAt(deploy, 'replicas')];
  if (scale !== undefined && replicas !== undefined && scale !== replicas)
    refuseAt(placeOf(service, 'scale'), `service ${name} has scale ${scale} and deploy.replicas ${replicas}: Compose takes no two counts`);
}

/**
 * What of the checks of Compose has to do with which containers are started (compose-go, loader/validate.go: checkConsistency;
 * types/project.go: CheckContainerNameUnicity).
 * @throws ComposeError where Compose would start none of them.
 */
export function checkServices(active: ReadonlyMap<string, TableNode>): void {
  const owners = new Map<string, string>();
  for (const [name, service] of active) {
    checkImage(name, service);
    checkCount(name, service);
    const own = textAt(service, 'container_name') ?? '';
    const other = owners.get(own);
    if (other !== undefined)
      refuseAt(placeOf(service, 'container_name'), `the name ${own} is that of the container of service ${other} already`);
    if (own !== '') owners.set(own, name);
  }
}
