import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAUSES } from '../../../src/model/cause.js';
import { explainCause } from '../../../src/report/causes/page.js';
import { CAUSE_WORDS } from '../../../src/report/causes/words.js';

const page = readFileSync('docs/causes.md', 'utf8');
const rows = page.split('\n').flatMap((line) => /^\| (DTP-\d{3}) \| `([\w-]+)` +\| (.*?) *\|$/.exec(line)?.slice(1) ?? []);

describe('causes in words', () => {
  it('are listed in docs/causes.md as the program explains them', () => {
    const told = Object.entries(CAUSES).flatMap(([kind, code]) => [code, kind, CAUSE_WORDS[kind as keyof typeof CAUSES].what]);
    expect(rows).toEqual(told);
  });

  it.each(Object.entries(CAUSES))('%s: what it means and what to do are whole sentences', (kind) => {
    const { means, next } = CAUSE_WORDS[kind as keyof typeof CAUSES];
    expect([means, next].filter((text) => !/^[`A-Z][^\n]*[.]$/.test(text) && !/^(?:fe80|`)/.test(text))).toEqual([]);
  });

  it('are explained by their codes, in any case; what is none is not', () => {
    expect(explainCause('dtp-301')).toEqual({
      format: 'dtrace-path-explanation/1',
      kind: 'cause',
      subject: 'DTP-301 link-down',
      summary: 'A link on the way is switched off.',
      sections: [
        { title: 'What decided?', lines: [{ text: 'a device, bridge or port is down' }] },
        { title: 'What to look at', lines: [{ text: '`ip link set DEV up`, or look why it went down.' }] },
        { title: 'Where does it belong?', lines: [{ text: 'causes of links' }] },
      ],
    });
    expect(explainCause('DTP-999')).toBeUndefined();
  });
});
