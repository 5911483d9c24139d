import { ESLintUtils } from '@typescript-eslint/utils';

/** The text of a rule, by the type that holds it and the file that declares it. */
const TEXTS = new Map([
  ['Rule', { members: new Set(['text']), file: 'model/netfilter.ts' }],
  ['NftRule', { members: new Set(['text']), file: 'model/nftables/ruleset.ts' }],
  ['RuleHit', { members: new Set(['rule', 'verdict']), file: 'model/trace.ts' }],
]);

/** Functions that make something of a text: whoever calls one with a rule's reads the rule again. */
const READERS = /^(?:parse|read|compile|tokenize|split|RegExp$|BigInt$|Number$|Boolean$|String$)/;

/** Methods of a list that look into what it holds, rather than to carry it on. */
const LOOKS = /^(?:some|every|includes|indexOf|find\w*|filter|reduce\w*)$/;

/** @returns whether the place that an expression stands in looks into it or compares it, rather than to carry it to where it is printed. */
function decides(node) {
  const { parent } = node;
  switch (parent.type) {
    case 'MemberExpression':
      return parent.object === node;
    case 'BinaryExpression':
    case 'UnaryExpression':
    case 'ForOfStatement':
    case 'SpreadElement':
    case 'SwitchStatement':
    case 'SwitchCase':
    case 'VariableDeclarator':
    case 'AssignmentExpression':
    case 'IfStatement':
      return true;
    case 'LogicalExpression':
    case 'ConditionalExpression':
    case 'TSNonNullExpression':
    case 'TSAsExpression':
    case 'ChainExpression':
      return decides(parent);
    case 'TemplateLiteral':
      // words for people may have a name
      return parent.parent.type !== 'VariableDeclarator' && decides(parent);
    case 'CallExpression':
    case 'NewExpression': {
      const { callee } = parent;
      if (callee === node) return true;
      // `pattern.test(text)`, `texts.has(text)`
      return callee.type !== 'Identifier' || READERS.test(callee.name);
    }
    case 'ArrayExpression':
    case 'ArrowFunctionExpression':
      // `[text].some(…)`, `rules.map((rule) => rule.text).find(…)`
      return isLookedInto(parent.type === 'ArrayExpression' ? parent : parent.parent);
    default:
      return false;
  }
}

/** @returns whether a list of texts, or the call that makes one, is asked for what it holds. */
function isLookedInto({ parent }) {
  return parent.type === 'MemberExpression' && parent.property.type === 'Identifier' && LOOKS.test(parent.property.name);
}

/** @returns the name of a member, written as a name or as a string. */
function memberName({ computed, property, key = property }) {
  if (!computed && key.type === 'Identifier') return key.name;
  return key.type === 'Literal' && typeof key.value === 'string' ? key.value : undefined;
}

/** Outside the parsers and printers of rules, nobody finds out by its text what a rule does: predicate, action and facts say so. */
export const noRuleText = ESLintUtils.RuleCreator.withoutDocs({
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      read: "A rule's text is for people: {{type}}.{{member}} may be printed, and nothing may be decided by it. Ask the rule's predicate, action or facts (netfilter/facts.ts).",
    },
  },
  defaultOptions: [],
  create(context) {
    const services = ESLintUtils.getParserServices(context);

    function heldBy(object, member) {
      const type = services.getTypeAtLocation(object);
      for (const part of type.isUnionOrIntersection() ? type.types : [type]) {
        for (const one of [part, ...(part.getBaseTypes?.() ?? [])]) {
          const symbol = one.aliasSymbol ?? one.getSymbol();
          const known = TEXTS.get(symbol?.getName() ?? '');
          if (known?.members.has(member) !== true) continue;
          if (symbol.declarations?.some((d) => d.getSourceFile().fileName.endsWith(`/src/${known.file}`))) return symbol.getName();
        }
      }
      return undefined;
    }

    function report(node, type, member) {
      context.report({ node, messageId: 'read', data: { type, member } });
    }

    return {
      MemberExpression(node) {
        const name = memberName(node);
        if (name === undefined || !decides(node)) return;
        const type = heldBy(node.object, name);
        if (type !== undefined) report(node, type, name);
      },
      // `const { text } = rule` and `({ text }) => …` take it where no place tells what becomes of it
      'ObjectPattern > Property'(node) {
        const name = memberName(node);
        if (name === undefined) return;
        const { parent } = node.parent;
        const type = heldBy(parent.type === 'VariableDeclarator' ? (parent.init ?? node.parent) : node.parent, name);
        if (type !== undefined) report(node, type, name);
      },
    };
  },
});
