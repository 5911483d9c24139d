import { type Service, ownPort } from '../../surface/index.js';
import type { ServiceSpec } from '../rules/rule.js';

/** A service that was recognised, and by what. */
export interface Recognised {
  readonly spec: ServiceSpec;
  readonly by: string;
}

/** @returns an image's name without registry, namespace, tag and digest. */
export function imageName(image: string): string {
  const path = image.split('@', 1)[0] ?? '';
  const last = path.slice(path.lastIndexOf('/') + 1);
  return last.split(':', 1)[0] ?? '';
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function byImage(spec: ServiceSpec, service: Service): string | undefined {
  const image = service.container?.image;
  if (image === undefined) return undefined;
  const name = imageName(image);
  return spec.images?.some((i) => same(i, name)) === true ? `by its image ${image}` : undefined;
}

function byProcess(spec: ServiceSpec, service: Service): string | undefined {
  const process = service.listener?.process;
  return process !== undefined && spec.processes?.some((p) => same(p, process)) === true ? `by its process ${process}` : undefined;
}

function byPort(spec: ServiceSpec, service: Service): string | undefined {
  const port = ownPort(service);
  return spec.ports?.includes(port) === true ? `by its port ${port}` : undefined;
}

/** @returns the first of the services that this one is taken for: by process, then by image, then by port. */
export function recognise(specs: readonly ServiceSpec[], service: Service): Recognised | undefined {
  for (const tell of [byProcess, byPort, byImage]) {
    for (const spec of specs) {
      const by = tell(spec, service);
      if (by === undefined) continue;
      // an image may hold other listeners as well: where the spec names ports, those of the image count only
      if (tell === byImage && spec.ports !== undefined && !spec.ports.includes(ownPort(service)) && service.kind !== 'published') continue;
      return { spec, by };
    }
  }
  return undefined;
}
