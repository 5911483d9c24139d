import type { Container } from '../../model/host.js';

type Told = Pick<Container, 'id' | 'name' | 'image' | 'running' | 'published' | 'origin'> & Partial<Pick<Container, 'exposed' | 'labels'>>;

/** @returns a container of which a table tells: its networks and addresses are not known. */
export function listedContainer(told: Told): Container {
  return {
    networkMode: '',
    netns: told.name,
    endpoints: [],
    exposed: [],
    privileged: false,
    capAdd: [],
    capDrop: [],
    mounts: [],
    dns: [],
    labels: new Map(),
    command: [],
    ...told,
  };
}
