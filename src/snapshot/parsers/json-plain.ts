import type { JsonNode } from './json.js';

/** @returns the plain value; objects without a prototype, so that no name is special. */
export function plainOf(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object': {
      const plain: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
      for (const [name, member] of node.members) plain[name] = plainOf(member);
      return plain;
    }
    case 'array':
      return node.items.map(plainOf);
    case 'null':
      return null;
    default:
      return node.value;
  }
}
