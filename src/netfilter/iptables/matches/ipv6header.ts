import type { RuleOption } from '../../../model/netfilter.js';
import type { MatchExtension, OptionSyntax } from '../extension.js';
import { arg, checkFlags, fail, find } from '../options.js';
import type { Form, ReadsValue } from '../grammar/form.js';

const syntax: OptionSyntax = { '--header': 1, '--soft': 0 };
const PROTOCOL = 'protocol';
const HEADERS: ReadonlyMap<string, string> = new Map([
  ...['hop', 'hop-by-hop', '0'].map((name) => [name, 'hop'] as const),
  ...['dst', 'ipv6-opts', '60'].map((name) => [name, 'dst'] as const),
  ...['route', 'ipv6-route', '43'].map((name) => [name, 'route'] as const),
  ...['frag', 'ipv6-frag', '44'].map((name) => [name, 'frag'] as const),
  ...['auth', 'ah', '51'].map((name) => [name, 'auth'] as const),
  ...['esp', '50'].map((name) => [name, 'esp'] as const),
  ...['none', 'ipv6-nonxt', '59'].map((name) => [name, 'none'] as const),
  ...['prot', 'protocol', '255'].map((name) => [name, PROTOCOL] as const),
]);

/** parse_header: names between commas, of which there has to be one. */
function headersOf(option: RuleOption): ReadonlySet<string> {
  const names = arg(option)
    .split(',')
    .filter((name) => name !== '');
  return new Set(names.length === 0 ? fail(option) : names.map((name) => HEADERS.get(name) ?? fail(option)));
}

const PRINTED: ReadonlyMap<string, string> = new Map([
  ['hop', 'hop-by-hop'],
  ['dst', 'ipv6-opts'],
  ['route', 'ipv6-route'],
  ['frag', 'ipv6-frag'],
  ['auth', 'ah'],
  ['esp', 'esp'],
  ['none', 'ipv6-nonxt'],
  [PROTOCOL, 'protocol'],
]);

const headers: ReadsValue = (_, option) => {
  const given = headersOf(option);
  return [...PRINTED].flatMap(([name, text]) => (given.has(name) ? [text] : [])).join(',');
};

const form: Form = {
  options: {
    '--header': { values: [headers], not: true },
    '--soft': {},
  },
  needs: [['--header']],
};

/** ipv6header_mt6 (ip6t_ipv6header.c), for a packet whose only header after IPv6's is that of its protocol. */
export const ipv6header: MatchExtension = {
  name: 'ipv6header',
  form,
  options: syntax,
  compile: (options) => {
    checkFlags(options, syntax, ['--header']);
    const header = find(options, '--header') ?? fail({ flag: '--header', negated: false, args: [] });
    const wanted = headersOf(header);
    if (find(options, '--soft') === undefined)
      return { op: 'const', value: (wanted.size === 1 && wanted.has(PROTOCOL)) !== header.negated };
    return { op: 'const', value: [...wanted].every((name) => (name === PROTOCOL) !== header.negated) };
  },
};
