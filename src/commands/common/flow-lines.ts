import { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import type { FlowProto, FlowRequest } from '../../model/trace.js';
import { UsageError } from './failure.js';
import { InputError, openInput } from '../../input.js';
import { flowRequest } from './flow-request.js';
import type { FlowFields } from './flow-request.js';

export interface FlowLine {
  /** `FILE:LINE`, for messages. */
  readonly where: string;
  readonly request: FlowRequest;
}

/**
 * Reads flows, one JSON object a line; blank lines are passed over.
 * @param path a file, or `-` for standard input.
 * @throws UsageError that names the line.
 */
export async function* readFlows(path: string): AsyncGenerator<FlowLine> {
  const shown = path === '-' ? 'standard input' : path;
  const input = path === '-' ? process.stdin : Readable.from(openInput(path), { objectMode: false });
  let line = 0;
  try {
    for await (const read of createInterface({ input, crlfDelay: Infinity })) {
      // a mark of byte order before the first
      const text = line++ === 0 ? read.replace(/^\ufeff/, '') : read;
      if (text.includes('\ufffd')) throw new UsageError(`${shown}:${line}: it is not UTF-8: save it as UTF-8`);
      if (text.trim() !== '') yield { where: `${shown}:${line}`, request: parseFlow(text, `${shown}:${line}`) };
    }
  } catch (error) {
    if (error instanceof Error && ('syscall' in error || error instanceof InputError))
      throw new UsageError(`--flows ${shown}: ${error.message}`, { cause: error });
    throw error;
  } finally {
    // who stops early waits for no further line
    input.destroy();
  }
}

/** @throws UsageError, beginning with `where`, on what is no flow. */
export function parseFlow(text: string, where: string): FlowRequest {
  try {
    return flowRequest(flowFields(parseObject(text)));
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${where}: ${error.message}`, { cause: error });
    throw error;
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`not JSON; write one flow a line, such as {"from":"web","to":"8.8.8.8"}`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UsageError('a flow is a JSON object');
  return Object.fromEntries(Object.entries(value));
}

const PROTOS: readonly string[] = ['tcp', 'udp', 'icmp'] satisfies readonly FlowProto[];

function isProto(value: string): value is FlowProto {
  return PROTOS.includes(value);
}

const FIELDS: readonly string[] = ['id', 'from', 'to', 'proto', 'src', 'sport', 'dport'] satisfies readonly (keyof FlowFields)[];

function flowFields(value: Readonly<Record<string, unknown>>): FlowFields {
  const stranger = Object.keys(value).find((key) => !FIELDS.includes(key));
  if (stranger !== undefined) throw new UsageError(`a flow has no field ${JSON.stringify(stranger)}; its fields are ${FIELDS.join(', ')}`);
  const proto = textField(value, 'proto');
  if (proto !== undefined && !isProto(proto)) throw new UsageError(`proto is tcp, udp or icmp, not ${JSON.stringify(proto)}`);
  return {
    id: textField(value, 'id'),
    from: textField(value, 'from'),
    to: textField(value, 'to'),
    proto,
    src: textField(value, 'src'),
    sport: portField(value, 'sport'),
    dport: portField(value, 'dport'),
  };
}

function textField(value: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const field = value[key];
  if (field === undefined || typeof field === 'string') return field;
  throw new UsageError(`${key} is a string, not ${JSON.stringify(field)}`);
}

function portField(value: Readonly<Record<string, unknown>>, key: string): number | undefined {
  const field = value[key];
  if (field === undefined) return undefined;
  if (typeof field === 'number' && Number.isInteger(field) && field >= 1 && field <= 65535) return field;
  throw new UsageError(`${key} is a number from 1 to 65535, not ${JSON.stringify(field)}`);
}
