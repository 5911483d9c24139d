const MOST = 4096;

/** Ports of fragmented packets, which only their first fragment shows. Holds the latest few thousand. */
export class FragmentTable {
  private readonly ports = new Map<string, number>();

  /** Notes a first fragment. */
  add(src: number, dst: number, protocol: number, ipId: number, ports: number): void {
    if (this.ports.size >= MOST) {
      const [oldest] = this.ports.keys();
      if (oldest !== undefined) this.ports.delete(oldest);
    }
    this.ports.set(`${src} ${dst} ${protocol} ${ipId}`, ports);
  }

  /** @returns the ports of the packet that a later fragment belongs to (RFC 791: addresses, protocol and identification name it). */
  find(src: number, dst: number, protocol: number, ipId: number): number | undefined {
    return this.ports.get(`${src} ${dst} ${protocol} ${ipId}`);
  }
}
