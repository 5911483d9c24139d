import type { NftFlowtable, NftObject, ObjectKind } from '../ast.js';
import type { TableDraft } from '../draft.js';
import { parseSynproxyConfig } from '../statements/packets.js';
import { parseQuotaConfig, parseRate } from '../statements/stateful.js';
import { parseDuration } from '../types/clock.js';
import { block, endStatement, takeHandle, type Context } from './context.js';
import { parsePriority } from './chain.js';
import { deviceList } from './devices.js';
import type { Parser } from './parser.js';

type Fields = Record<string, unknown>;

/** The parts of each kind of object, as far as they go before one is written. */
const EMPTY: Readonly<Record<ObjectKind, Fields>> = {
  counter: { packets: 0, bytes: 0 },
  quota: { bytes: 0, used: 0, over: false },
  limit: { limit: { rate: 0, unit: 'packets', per: 'second', burst: 5, over: false } },
  'ct helper': { type: '', protocol: '' },
  'ct timeout': { protocol: '', policy: new Map() },
  'ct expectation': { protocol: '', dport: 0, timeout: 0, size: 0 },
  synproxy: { mss: 0, wscale: 0, flags: [] },
  secmark: { context: '' },
};

function milliseconds(p: Parser): number {
  const text = p.word('a time');
  return parseDuration(text) ?? p.fail(`“${text}” is no time`);
}

/** `{ established : 100, close : 4 }`: seconds by state. */
function timeoutPolicy(p: Parser): ReadonlyMap<string, number> {
  const policy = new Map<string, number>();
  p.expect('=');
  p.expect('{');
  for (p.newlines(); !p.isSign('}'); p.newlines()) {
    const state = p.word('a state');
    p.expect(':');
    policy.set(state, milliseconds(p) / 1000);
    p.newlines();
    if (!p.isSign('}')) p.expect(',');
  }
  p.lex.next();
  return policy;
}

function ctField(p: Parser, word: string): Fields {
  switch (word) {
    case 'type': {
      const type = p.string('the name of a helper');
      p.expect('protocol');
      return { type, protocol: p.word('a protocol') };
    }
    case 'protocol':
      return { protocol: p.word('a protocol') };
    case 'l3proto':
      return { l3proto: p.word('a family') };
    case 'policy':
      return { policy: timeoutPolicy(p) };
    case 'dport':
      return { dport: p.number('a port') };
    case 'timeout':
      return { timeout: milliseconds(p) };
    case 'size':
      return { size: p.number('a size') };
    default:
      return p.fail(`“${word}” is no part of this object`);
  }
}

/** One part of an object; without a word of its own for quotas and secmarks. */
function config(p: Parser, kind: ObjectKind): Fields {
  switch (kind) {
    case 'quota':
      return parseQuotaConfig(p);
    case 'limit':
      p.expect('rate');
      return { limit: parseRate(p) };
    case 'secmark':
      return { context: p.string('a security context') };
    case 'synproxy':
      return parseSynproxyConfig(p);
    case 'counter': {
      const word = p.word('packets or bytes');
      if (word !== 'packets' && word !== 'bytes') return p.fail(`“${word}” is no part of a counter`);
      return { [word]: p.number('a count') };
    }
    case 'ct helper':
    case 'ct timeout':
    case 'ct expectation':
      return ctField(p, p.word('a part of the object'));
  }
}

/** A part that says nothing leaves what an earlier one said. */
function merge(fields: Fields, part: Fields, kind: ObjectKind): Fields {
  if (kind !== 'synproxy') return { ...fields, ...part };
  const flags = [fields['flags'], part['flags']].flat();
  return { ...fields, ...part, flags };
}

/** The body of an object in braces, or on the line of its command. */
export function parseObject(context: Context, table: TableDraft, kind: ObjectKind, name: string, line: number): void {
  const { p } = context;
  let fields: Fields = { ...EMPTY[kind] };
  const item = (): void => {
    if (p.take('comment')) fields = { ...fields, comment: p.string('a comment') };
    else fields = merge(fields, config(p, kind), kind);
  };
  let handle = {};
  if (p.isSign('{')) {
    block(context, () => {
      handle = { ...handle, ...takeHandle(p) };
      item();
      if (kind !== 'counter') endStatement(p);
    });
  } else while (!p.atEnd()) item();
  // the parts of each kind are those that EMPTY and config name
  const object = { kind, name, ...fields, ...handle, ...takeHandle(p), origin: context.origin(line) } as unknown as NftObject;
  table.objects.set(`${kind} ${name}`, object);
}

/** The body of a flowtable. */
export function parseFlowtable(context: Context, table: TableDraft, name: string, line: number): void {
  const { p } = context;
  let flowtable: NftFlowtable = { name, devices: [], flags: [], counter: false, origin: context.origin(line) };
  let handle = {};
  block(context, () => {
    handle = { ...handle, ...takeHandle(p) };
    const word = p.word('a part of the flowtable');
    switch (word) {
      case 'hook':
        p.expect('ingress');
        p.expect('priority');
        flowtable = {
          ...flowtable,
          hook: 'ingress',
          priority: parsePriority(p, table.family === 'inet' ? 'inet' : table.family, 'ingress'),
        };
        return endStatement(p);
      case 'devices':
        flowtable = { ...flowtable, devices: deviceList(p) };
        return endStatement(p);
      case 'counter':
        flowtable = { ...flowtable, counter: true };
        return;
      case 'flags':
        p.expect('offload');
        flowtable = { ...flowtable, flags: ['offload'] };
        return endStatement(p);
      default:
        return p.fail(`“${word}” is no part of a flowtable`);
    }
  });
  table.flowtables.set(name, { ...flowtable, ...handle, ...takeHandle(p) });
}
