import { ESLintUtils } from '@typescript-eslint/utils';

/** @returns whether a name is one of the module's own constants, or one that it imports: made before anything is read. */
function isConstant(scope, name) {
  for (let at = scope; at !== null; at = at.upper) {
    const [definition] = at.set.get(name)?.defs ?? [];
    if (definition === undefined) continue;
    if (definition.type === 'ImportBinding') return /^[A-Z][A-Z\d_]*$/.test(name);
    return at.type === 'module' && definition.type === 'Variable' && definition.parent.kind === 'const';
  }
  return false;
}

/** @returns whether an expression is made of literals and constants alone. */
function isWritten(node, scope) {
  const isOurs = (part) => isWritten(part, scope);
  switch (node.type) {
    case 'Literal':
      return true;
    case 'TemplateLiteral':
      return node.expressions.every(isOurs);
    case 'TaggedTemplateExpression':
      // String.raw`…`
      return node.tag.type === 'MemberExpression' && node.tag.property.name === 'raw' && isOurs(node.quasi);
    case 'BinaryExpression':
      return isOurs(node.left) && isOurs(node.right);
    case 'MemberExpression':
      // PATTERN.source
      return !node.computed && node.property.name === 'source' && isOurs(node.object);
    case 'Identifier':
      return isConstant(scope, node.name);
    default:
      return false;
  }
}

/** @returns whether a node is in no function: what is made there is made before anything is read. */
const isOutermost = (scope) => scope.type === 'module' || scope.type === 'global';

/**
 * A pattern that is put together from a word of a snapshot is a program of its author's: it may match what it likes, and take for ever.
 * Only what is written in the program becomes one.
 */
export const noJoinedPattern = ESLintUtils.RuleCreator.withoutDocs({
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      joined:
        'A pattern is made of literals and of constants: a word that was read is looked for by includes(), indexOf() or ===, not by a RegExp.',
    },
  },
  defaultOptions: [],
  create(context) {
    function check(node) {
      if (node.callee.type !== 'Identifier' || node.callee.name !== 'RegExp') return;
      const scope = context.sourceCode.getScope(node);
      if (isOutermost(scope) || node.arguments.every((argument) => isWritten(argument, scope))) return;
      context.report({ node, messageId: 'joined' });
    }
    return { NewExpression: check, CallExpression: check };
  },
});
