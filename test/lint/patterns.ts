import { RegExpParser, type AST } from '@eslint-community/regexpp';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** A regular expression as it stands in a source file. */
export interface Pattern {
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** @returns every literal of a regular expression in a text of TypeScript. */
export function patternsIn(text: string, file: string): readonly Pattern[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Pattern[] = [];
  const look = (node: ts.Node): void => {
    const [, pattern, flags] = ts.isRegularExpressionLiteral(node) ? (/^\/([^]*)\/([a-z]*)$/.exec(node.text) ?? []) : [];
    if (pattern !== undefined && flags !== undefined) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      found.push({ place: `${file}:${line}`, source: pattern, flags });
    }
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

/** @returns every literal of a regular expression below a folder. */
export function patternsBelow(root: string): readonly Pattern[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .flatMap((path) => patternsIn(readFileSync(path, 'utf8'), relative(root, path)));
}

const CHARACTERS = [...'a0 -."\'\\:,/=@#;{}()[]<>*+_%!|~^$&`?zAFx9\t\n'];

/** Texts that a part of a pattern takes, the same ones each time. */
class Samples {
  private seed = 1;
  private readonly known = new Map<string, readonly string[]>();

  private below(count: number): number {
    this.seed = (this.seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return this.seed % count;
  }

  private character(raw: string): string {
    let all = this.known.get(raw);
    if (all === undefined) {
      const one = new RegExp(`^(?:${raw})$`, /\\[pP]\{|\\u\{/.test(raw) ? 'su' : 's');
      const plain = CHARACTERS.filter((text) => one.test(text));
      const other = Array.from({ length: 0x2100 }, (_, code) => String.fromCharCode(code)).find((text) => one.test(text));
      all = plain.length > 0 ? plain : other === undefined ? [''] : [other];
      this.known.set(raw, all);
    }
    return all[this.below(all.length)]!;
  }

  of(node: AST.Element | AST.Alternative): string {
    switch (node.type) {
      case 'Alternative':
        return node.elements.map((element) => this.of(element)).join('');
      case 'Group':
      case 'CapturingGroup':
        return this.of(node.alternatives[this.below(node.alternatives.length)]!);
      case 'Quantifier':
        return Array.from({ length: Math.max(node.min, Math.min(node.max, 1 + this.below(2))) }, () => this.of(node.element)).join('');
      case 'Character':
        return String.fromCodePoint(node.value);
      case 'CharacterSet':
      case 'CharacterClass':
        return this.character(node.raw);
      default:
        return '';
    }
  }
}

/** How a text begins, and what it goes on with over and over. */
export type Pumped = readonly [begins: string, over: string];

/** @returns for every part of a pattern that may be repeated without end what it takes, and what leads to it, each repeated. */
export function pumpsOf({ source, flags }: Pattern): readonly Pumped[] {
  const samples = new Samples();
  const found = new Map<string, Pumped>();
  const add = (begins: string, over: string): void => void (over !== '' && found.set(JSON.stringify([begins, over]), [begins, over]));
  const look = (node: AST.Element | AST.Alternative, before: string): void => {
    if (node.type === 'Alternative') {
      node.elements.reduce((text, element) => {
        look(element, text);
        return text + samples.of(element);
      }, before);
    } else if ('alternatives' in node) {
      node.alternatives.forEach((one) => look(one, before));
    } else if (node.type === 'Quantifier') {
      const over = samples.of(node.element);
      if (node.max === Infinity) {
        add(before, over);
        for (const pump of [over, before + over, before]) add('', pump);
      }
      look(node.element, before);
    }
  };
  const parsed = new RegExpParser().parsePattern(source, 0, source.length, {
    unicode: flags.includes('u'),
    unicodeSets: flags.includes('v'),
  });
  for (let turn = 0; turn < 4; turn++) parsed.alternatives.forEach((one) => look(one, ''));
  return [...found.values()];
}
