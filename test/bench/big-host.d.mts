export interface BigHostSize {
  readonly containers: number;
  /** Published by each container. */
  readonly ports: number;
  readonly networks?: number;
  readonly drops?: number;
  readonly limits?: number;
}

export function writeBigHost(folder: string, size: BigHostSize): number;
