import { describe, expect, it } from 'vitest';
import { readPlainYaml } from '../src/yaml.js';

const TEXT = '# what a comment says\na: 1\nb: 2\n';

/** @returns what is told of a text, or the value that it holds. */
function read(text: string): unknown {
  const result = readPlainYaml(text);
  return 'document' in result ? result.value : result;
}

describe('a file whose lines end otherwise, or of which a part was lost, is read whole or not at all', () => {
  it.each([
    ['line feeds', TEXT],
    ['carriage returns before them', TEXT.replaceAll('\n', '\r\n')],
    ['tabs between', TEXT.replace('a: 1', 'a:\t1')],
  ])('%s', (_, text) => {
    expect(read(text)).toEqual({ a: 1, b: 2 });
  });

  it('carriage returns alone: a comment would hold all that follows', () => {
    expect(read(TEXT.replaceAll('\n', '\r'))).toEqual({
      line: 1,
      message: 'a carriage return without a line feed: end the lines with line feeds',
    });
  });

  it.each(['\0', '\0'.repeat(4096), '\x1b[2J', '\x07', '\x7f'])('a control character: %j', (sign) => {
    const message = 'a control character, which YAML has none of: a part of the file may be lost';
    expect(read(TEXT.replace('a: 1', `a: ${sign}1`))).toEqual({ line: 2, message });
  });
});

it('aliases of aliases are no fault of ours', () => {
  const laughs = [
    'a: &a [x,x,x,x]',
    ...'bcdefg'.split('').map((key, i) => `${key}: &${key} [${Array(4).fill(`*${'abcdef'[i]}`).join(',')}]`),
  ];
  expect(read(laughs.join('\n'))).toEqual({ line: 1, message: 'aliases of aliases stand for more than 100 values: write the values out' });
});
