/** The part of @dagrejs/dagre that is used; its own declarations import files without their extension, which NodeNext does not resolve. */
declare module '@dagrejs/dagre' {
  interface Placed {
    readonly width: number;
    readonly height: number;
    readonly x?: number;
    readonly y?: number;
  }
  interface PlacedEdge extends Placed {
    readonly points?: readonly { readonly x: number; readonly y: number }[];
  }
  export class Graph {
    constructor(options: { readonly multigraph: boolean });
    setGraph(label: Readonly<Record<string, string | number>>): this;
    graph(): { readonly width?: number; readonly height?: number };
    setNode(name: string, label: { readonly width: number; readonly height: number }): this;
    node(name: string): Placed;
    setEdge(
      from: string,
      to: string,
      label: { readonly width: number; readonly height: number; readonly labelpos: 'c' },
      name: string,
    ): this;
    edge(from: string, to: string, name: string): PlacedEdge;
  }
  export function layout(graph: Graph): void;
}
