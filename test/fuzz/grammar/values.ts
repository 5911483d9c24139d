import fc from 'fast-check';

/** Names that somebody chose to harm the reader. */
export const HOSTILE_NAMES = [
  '\u001b[31mred\u001b[0m',
  '\u001b]0;title\u0007',
  '\u009b2J',
  'two\nlines',
  'a|b|c',
  '<script>document.title=1</script>',
  '"><img src=x onerror=alert(1)>',
  '[x](javascript:alert(1))',
  'javascript:alert(1)',
  '\u202egnp.exe\u2066',
  '`code`',
  '%%{init}%%',
  ']]>',
  '::error::x',
  '../../etc/passwd',
  '__proto__',
  '',
] as const;

const small = fc.integer({ min: 0, max: 255 });
const hextet = fc.integer({ min: 0, max: 65535 }).map((n) => n.toString(16));

export const ip4 = fc.oneof(
  fc.tuple(small, small, small, small).map((bytes) => bytes.join('.')),
  fc.constantFrom('0.0.0.0', '127.0.0.1', '172.17.0.2', '172.17.0.1', '255.255.255.255', '224.0.0.1', '8.8.8.8', '1.2.3', '256.0.0.1'),
);
export const ip6 = fc.oneof(
  fc.array(hextet, { minLength: 8, maxLength: 8 }).map((parts) => parts.join(':')),
  fc.constantFrom('::', '::1', 'fe80::1', 'ff02::1', '::ffff:1.2.3.4', '2001:db8::1', '1::2::3', 'fe80::1%eth0', ':::'),
);
export const ip = fc.oneof({ weight: 2, arbitrary: ip4 }, ip6);
export const prefix = fc.oneof(
  ip,
  fc.tuple(ip, fc.integer({ min: -1, max: 130 })).map(([address, bits]) => `${address}/${bits}`),
  fc.tuple(ip4, ip4).map(([address, mask]) => `${address}/${mask}`),
);
export const port = fc.oneof(fc.integer({ min: -1, max: 65537 }).map(String), fc.constantFrom('80', '443', 'http', 'no-such-service'));
export const ports = fc.oneof(
  port,
  fc.tuple(port, port).map((pair) => pair.join(':')),
  fc.array(port, { maxLength: 17 }).map((list) => list.join(',')),
);
export const mac = fc
  .array(small, { minLength: 5, maxLength: 7 })
  .map((bytes) => bytes.map((b) => b.toString(16).padStart(2, '0')).join(':'));
export const device = fc.constantFrom('eth0', 'docker0', 'lo', 'br-+', '+', 'vethabc', 'a'.repeat(40), 'x/y', '');
export const number = fc.oneof(
  fc.integer().map(String),
  fc.bigInt().map(String),
  fc.constantFrom('0x1/0xff', '0xffffffff', '1e3', '0', '4294967296', '18446744073709551616', '1/second', '10/min', '0:100', '5-1'),
);
export const name = fc.oneof(fc.constantFrom('web', 'DOCKER', 'DOCKER-USER', 'A', 'B', 'C'), fc.constantFrom(...HOSTILE_NAMES));
export const junk = fc.string({ unit: 'binary', maxLength: 20 });
export const value = fc.oneof(ip, prefix, ports, mac, device, number, name, junk);
