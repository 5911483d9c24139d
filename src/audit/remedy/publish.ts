import { command, operand, remark } from '../../command/index.js';
import { formatIp, isLoopback } from '../../address/ip.js';
import type { Service } from '../../surface/index.js';
import type { Fix } from '../proof.js';
import { deleteTranslating } from './rule-commands.js';

function suffix(proto: string): string {
  return proto === 'tcp' ? '' : `/${proto}`;
}

/** @returns how to publish a port on the host's loopback instead, by docker run and in a compose file. */
export function republish(service: Service): readonly Fix[] {
  if (service.kind === 'container') return [];
  const { door } = service;
  if (door !== undefined) {
    const commands = [deleteTranslating(door.rule, door.family)];
    return [{ title: 'Or delete the rule that leads to it', commands }];
  }
  if (service.kind !== 'published' || isLoopback(service.port.hostIp)) return [];
  const { hostPort, containerPort, hostIp } = service.port;
  const was = hostIp === undefined ? '' : `${typeof hostIp === 'bigint' ? `[${formatIp(hostIp)}]` : formatIp(hostIp)}:`;
  const port = `${hostPort}:${containerPort}${suffix(service.proto)}`;
  const composed = service.container.labels.get('com.docker.compose.service');
  const title = 'Or publish it for this host only';
  if (composed !== undefined)
    return [
      {
        title,
        commands: [
          remark`compose.yaml, services.${composed}.ports: ${`${was}${port}`} becomes ${`127.0.0.1:${port}`}`,
          command('docker', 'compose', 'up', '-d', operand(composed)),
        ],
      },
    ];
  const again = remark`recreate ${service.container.name}: -p ${`${was}${port}`} becomes -p ${`127.0.0.1:${port}`}`;
  return [{ title, commands: [again] }];
}
