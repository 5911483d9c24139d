/** Writes a snapshot of a host with so many containers, and rules besides those that Docker makes. */
export function writeHost(folder: string, size: { readonly containers: number; readonly rules?: number }): void;
/** @returns an iptables-save of so many containers and further rules. */
export function rulesOf(containers: number, rules: number): string;
