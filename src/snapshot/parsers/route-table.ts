/** `route -n`, `netstat -rn`, `route -6`: the kernel's table main in the columns of net-tools. */
const TITLE = /^[ \t]*(?:Kernel IP(?:v6)? routing table|Destination\s)/m;

/** @returns whether a listing of routes is one of net-tools. */
export function isRouteTable(text: string): boolean {
  return TITLE.test(text);
}

function lengthOf(mask: string): number | undefined {
  const octets = mask.split('.').map(Number);
  if (octets.length !== 4 || octets.some((octet) => !Number.isInteger(octet) || octet < 0 || octet > 255)) return undefined;
  const bits = octets.map((octet) => octet.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? bits.replace(/0/g, '').length : undefined;
}

function line4(words: readonly string[], hasMetric: boolean): string | undefined {
  const [dst = '', gateway = '', mask = '', flags = '', metric = ''] = words;
  const length = lengthOf(mask);
  const dev = words[7];
  if (length === undefined || !/^[A-Z!]+$/.test(flags)) return undefined;
  const to = dst === 'default' || length === 0 ? 'default' : `${dst}/${length}`;
  const weight = hasMetric && metric !== '0' ? ` metric ${metric}` : '';
  if (flags.includes('!')) return `unreachable ${to}${weight}`;
  return dev === undefined ? undefined : `${to}${flags.includes('G') ? ` via ${gateway}` : ''} dev ${dev}${weight}`;
}

function line6(words: readonly string[]): string | undefined {
  const [dst = '', next = '', flags = '', metric = ''] = words;
  const dev = words[6];
  if (dev === undefined || !/^[A-Za-z!]+$/.test(flags) || !/^-?\d+$/.test(metric)) return undefined;
  const to = /^\[?::\]?\/0$/.test(dst) ? 'default' : dst;
  if (flags.includes('!')) return `unreachable ${to} dev ${dev} metric ${metric} pref medium`;
  return `${to}${flags.includes('G') ? ` via ${next}` : ''} dev ${dev} metric ${metric} pref medium`;
}

/**
 * Writes the rows as `ip route` prints them, each in its own line. Rows of the table local (`Un`, multicast) are left out:
 * net-tools shows them of IPv6 among the rest.
 */
export function asRouteLines(text: string): string {
  let hasMetric = false;
  let six = false;
  return text
    .split('\n')
    .map((line) => {
      const words = line.trim().split(/\s+/);
      if (/^Kernel IP/.test(line.trim())) return '';
      if (words[0] === 'Destination') {
        hasMetric = words.includes('Metric');
        six = words.includes('Next') || words.includes('Hop');
        return '';
      }
      if (line.trim() === '') return '';
      if (six && (words[2]?.includes('n') === true || /^ff00::\/8$/.test(words[0] ?? '') || words[6] === 'lo')) return '';
      return (six ? line6(words) : line4(words, hasMetric)) ?? line;
    })
    .join('\n');
}
