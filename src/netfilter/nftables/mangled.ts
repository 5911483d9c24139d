import type { Expression, MangleStatement } from './ast.js';

/** @returns whether `EXPR set VALUE` may write to an expression (nft(8), payload, meta and conntrack statements), whichever listing it was read from. */
export function isMangled(expr: Expression): expr is MangleStatement['key'] {
  switch (expr.kind) {
    case 'payload':
    case 'raw payload':
    case 'meta':
    case 'ct':
    case 'exthdr':
    case 'tcp option':
    case 'ip option':
    case 'sctp chunk':
    case 'raw tcp option':
      return true;
    default:
      return false;
  }
}
