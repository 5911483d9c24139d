import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseFlow, readFlows } from '../../src/commands/common/flow-lines.js';
import { flowRequest, portApart } from '../../src/datapath/endpoints/flow-request.js';
import { assumption, portValue } from '../../src/commands/common/option-values.js';

describe('portApart', () => {
  it.each([
    ['web', { to: 'web' }],
    ['web:80', { to: 'web', port: 80 }],
    ['10.0.0.1:443', { to: '10.0.0.1', port: 443 }],
    ['2001:db8::1', { to: '2001:db8::1' }],
    ['::1', { to: '::1' }],
    ['[2001:db8::1]', { to: '2001:db8::1' }],
    ['[2001:db8::1]:80', { to: '2001:db8::1', port: 80 }],
    ['web:http', { to: 'web', port: 80 }],
    ['web:nothing', { to: 'web:nothing' }],
    ['db:5432/udp', { to: 'db', port: 5432, proto: 'udp' }],
    ['db:domain/tcp', { to: 'db', port: 53, proto: 'tcp' }],
    ['http://web:8080/x?y#z', { to: 'web', port: 8080 }],
    ['https://web/', { to: 'web', port: 443 }],
    ['postgres://u:p@db/shop', { to: 'db', port: 5432 }],
    ['http://[2001:db8::1]:81/', { to: '2001:db8::1', port: 81 }],
    ['udp://dns:53', { to: 'dns', port: 53, proto: 'udp' }],
    [':8080', { to: 'host', port: 8080 }],
    ['[::1]:53', { to: '::1', port: 53 }],
    ['shop/web', { to: 'shop/web' }],
    ['shop/web:80', { to: 'shop/web', port: 80 }],
    ['203.0.113.0/24', { to: '203.0.113.0/24' }],
  ])('%s', (text, parts) => {
    expect(portApart(text)).toEqual(parts);
  });
});

describe('flowRequest', () => {
  it.each([
    [
      { from: 'web', to: '8.8.8.8' },
      { from: 'web', to: '8.8.8.8', proto: 'icmp' },
    ],
    [
      { from: 'web', to: 'db:5432' },
      { from: 'web', to: 'db', proto: 'tcp', dport: 5432 },
    ],
    [
      { from: 'web', to: 'db', dport: 53, proto: 'udp' as const },
      { from: 'web', to: 'db', proto: 'udp', dport: 53 },
    ],
    [
      { from: 'web', to: 'db:80', dport: 80 },
      { from: 'web', to: 'db', proto: 'tcp', dport: 80 },
    ],
    [
      { id: 'x', from: 'a', to: 'b', src: '10.0.0.2', sport: 1024, dport: 1 },
      { id: 'x', from: 'a', to: 'b', src: '10.0.0.2', sport: 1024, dport: 1, proto: 'tcp' },
    ],
  ])('%j', (fields, request) => {
    expect(flowRequest(fields)).toEqual(request);
  });

  it.each([
    [{ to: 'b' }, "say where the packet starts: 'from' is a container, host, internet or an address"],
    [{ from: 'a' }, "say where the packet goes: 'to' is a container, host, internet or an address, with or without :port"],
    [{ from: 'a', to: 'b:80', dport: 81 }, "'to' says port 80 and the port option 81; give one of them"],
    [{ from: 'a', to: 'b:0' }, "'to' names port 0; a port is a number from 1 to 65535"],
    [{ from: 'a', to: 'b', proto: 'udp' as const }, 'a udp flow needs a destination port'],
    [{ from: 'a', to: 'b', proto: 'icmp' as const, dport: 7 }, 'an icmp flow has no port; leave out port 7 or name tcp or udp'],
  ])('refuses %j', (fields, message) => {
    expect(() => flowRequest(fields)).toThrow(message);
  });
});

describe('parseFlow', () => {
  it.each([
    ['{"from":"web"', 'f:3: not JSON; write one flow a line, such as {"from":"web","to":"8.8.8.8"}'],
    ['[1]', 'f:3: a flow is a JSON object'],
    ['null', 'f:3: a flow is a JSON object'],
    ['{"from":"a","to":"b","port":80}', 'f:3: a flow has no field "port"; its fields are id, from, to, proto, src, sport, dport'],
    ['{"__proto__":{"from":"a"},"to":"b"}', 'f:3: a flow has no field "__proto__"; its fields are id, from, to, proto, src, sport, dport'],
    ['{"from":1,"to":"b"}', 'f:3: from is a string, not 1'],
    ['{"from":"a","to":"b","proto":"sctp"}', 'f:3: proto is tcp, udp or icmp, not "sctp"'],
    ['{"from":"a","to":"b","dport":"80"}', 'f:3: dport is a number from 1 to 65535, not "80"'],
    ['{"from":"a","to":"b","dport":65536}', 'f:3: dport is a number from 1 to 65535, not 65536'],
    ['{"to":"b"}', "f:3: say where the packet starts: 'from' is a container, host, internet or an address"],
  ])('refuses %s', (text, message) => {
    expect(() => parseFlow(text, 'f:3')).toThrow(message);
  });
});

describe('readFlows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flows-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  async function read(path: string): Promise<unknown[]> {
    const out: unknown[] = [];
    for await (const flow of readFlows(path)) out.push(flow);
    return out;
  }

  it('numbers lines, passes blank ones over, takes CRLF', async () => {
    const path = join(folder, 'flows.ndjson');
    writeFileSync(path, '{"from":"a","to":"b"}\r\n\r\n{"id":"2","from":"a","to":"c:80"}');
    expect(await read(path)).toEqual([
      { where: `${path}:1`, request: { from: 'a', to: 'b', proto: 'icmp' } },
      { where: `${path}:3`, request: { id: '2', from: 'a', to: 'c', proto: 'tcp', dport: 80 } },
    ]);
  });

  it.each([
    ['nowhere.ndjson', 'ENOENT'],
    ['.', 'it is a folder'],
  ])('says that %s cannot be read', async (name, code) => {
    await expect(read(join(folder, name))).rejects.toThrow(`--flows ${join(folder, name)}: ${code}`);
  });
});

describe('option values', () => {
  it.each(['1', '65535'])('takes port %s', (text) => {
    expect(portValue(text)).toBe(Number(text));
  });
  it.each(['0', '65536', '80x', '', '-1', '1e3'])('refuses port %j', (text) => {
    expect(() => portValue(text)).toThrow('a port is a number from 1 to 65535.');
  });
  it('collects assumptions', () => {
    const both = assumption('owner=match', assumption('limit=under', undefined));
    expect([...both]).toEqual([
      ['limit', ['under']],
      ['owner', ['match']],
    ]);
  });
  it.each([
    ['limit', 'write it as CATEGORY=SIDE'],
    ['=x', 'write it as CATEGORY=SIDE'],
    ['limit=', 'write it as CATEGORY=SIDE'],
    ['limits=under', 'there is no category limits; there are all, limit, '],
    ['__proto__=x', 'there is no category __proto__'],
  ])('refuses assumption %j', (text, message) => {
    expect(() => assumption(text, undefined)).toThrow(message);
  });
});
