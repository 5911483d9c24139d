import { ESLintUtils } from '@typescript-eslint/utils';

const COMPARES = new Set(['===', '!==', '??']);
const LOOKS_UP = new Set(['get', 'has', 'set', 'add', 'delete', 'includes']);

/** Docker's own words of a mode, a driver or a network, of which one is `host` too. */
const OTHERS = new Set(['networkMode', 'driver', 'mode', 'network']);

/** @returns the last name of an expression: `netns` of `step?.netns`. */
function nameOf(node) {
  if (node.type === 'ChainExpression') return nameOf(node.expression);
  if (node.type === 'MemberExpression') return nameOf(node.property);
  return node.type === 'Identifier' ? node.name : undefined;
}

/** The host's own namespace has its name in src/model/netns.ts; everyone else asks isHostNetns or says HOST_NETNS. */
export const noHostLiteral = ESLintUtils.RuleCreator.withoutDocs({
  meta: {
    type: 'problem',
    schema: [],
    messages: { named: "The host's own namespace is named in model/netns.ts alone: ask isHostNetns(name), or say HOST_NETNS." },
  },
  defaultOptions: [],
  create(context) {
    const services = ESLintUtils.getParserServices(context);

    /** A kind, a scope, a packet's type: its words are told by its type. */
    function isOfFewWords(node) {
      const type = services.getTypeAtLocation(node);
      return (type.isUnion() ? type.types : [type]).some((part) => part.isStringLiteral());
    }

    function isNetns(node, parent) {
      switch (parent.type) {
        case 'BinaryExpression':
        case 'LogicalExpression': {
          const other = parent.left === node ? parent.right : parent.left;
          const name = nameOf(other);
          return name !== undefined && COMPARES.has(parent.operator) && !OTHERS.has(name) && !isOfFewWords(other);
        }
        case 'CallExpression':
          return parent.callee.type === 'MemberExpression' && LOOKS_UP.has(nameOf(parent.callee)) && parent.arguments[0] === node;
        case 'Property':
          return parent.value === node && nameOf(parent.key) === 'netns';
        case 'AssignmentPattern':
          return nameOf(parent.left) === 'netns';
        default:
          return false;
      }
    }

    return {
      "Literal[value='host']"(node) {
        if (isNetns(node, node.parent)) context.report({ node, messageId: 'named' });
      },
    };
  },
});
