import type { Parser } from './parser.js';
import { Token } from './lexer.js';

/** `= { eth0, "eth1", $uplink }`: names of interfaces, a trailing `*` for all that begin so. */
export function deviceList(p: Parser): readonly string[] {
  p.expect('=');
  return devices(p);
}

function devices(p: Parser): readonly string[] {
  if (p.isSign('$')) return p.variable(devices);
  if (!p.isSign('{')) return [p.string('an interface')];
  p.lex.next();
  const found: string[] = [];
  for (p.newlines(); !p.isSign('}'); p.newlines()) {
    if (p.lex.kind === Token.end) p.fail('a list of interfaces that nothing closes');
    if (p.isSign('$')) found.push(...p.variable(devices));
    else found.push(p.string('an interface'));
    p.newlines();
    if (!p.isSign('}')) p.expect(',');
  }
  p.lex.next();
  return found;
}
