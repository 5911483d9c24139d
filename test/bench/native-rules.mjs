// Rule sets of nftables made up for measuring, and a process of its own that reads one and looks addresses up in it.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const address = (number) => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');

/** @returns a table of so many rules in one chain, a third of them about one address, the others about networks and ports. */
export function nativeRules(rules) {
  const lines = Array.from({ length: rules }, (_, i) =>
    i % 3 === 0
      ? `ip saddr ${address(0x0a000000 + i)} drop`
      : `ip saddr ${address(0x0b000000 + (i >> 4) * 16)}/28 tcp dport ${1 + (i % 65_535)} accept`,
  );
  return `table inet lists {\n\tchain forward {\n\t\ttype filter hook forward priority -1; policy accept;\n\t\t${lines.join('\n\t\t')}\n\t}\n}\n`;
}

/** @returns a table whose addresses lie in an interval set of so many elements, and half as many with ports in a verdict map. */
export function nativeSets(elements) {
  const nets = Array.from({ length: elements }, (_, i) => `${address(0x0a000000 + i * 16)}-${address(0x0a000000 + i * 16 + 9)}`);
  const doors = Array.from({ length: elements >> 1 }, (_, i) => `${address(0x40000000 + i)} . ${1 + (i % 65_535)} : accept`);
  return `table inet lists {
\tset nets {\n\t\ttype ipv4_addr\n\t\tflags interval\n\t\telements = { ${nets.join(',\n\t\t\t')} }\n\t}
\tmap doors {\n\t\ttype ipv4_addr . inet_service : verdict\n\t\telements = { ${doors.join(',\n\t\t\t')} }\n\t}
\tchain forward {\n\t\ttype filter hook forward priority -1; policy accept;\n\t\tip saddr @nets drop\n\t\tip daddr . tcp dport vmap @doors\n\t}
}
`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [dist, file] = process.argv.slice(2);
  const { readNftText } = await import(`${dist}netfilter/nftables/index.js`);
  const complain = (line, _text, message) => {
    throw new Error(`${file}:${line}: ${message}`);
  };
  readNftText(readFileSync(file, 'utf8'), { file, whole: true, complain });
}
