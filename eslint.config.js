import { defineConfig, globalIgnores } from 'eslint/config';
import * as regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';
import { noHostLiteral } from './.ci/lint/no-host-literal.mjs';
import { noJoinedPattern } from './.ci/lint/no-joined-pattern.mjs';
import { noRuleText } from './.ci/lint/no-rule-text.mjs';

/** How a command begins that somebody could paste: a program, and an option, a verb or a value put in at once. */
const PROGRAM = '(?:sudo )?(?:ip6?tables(?:-\\w+)?|ipset|nft|docker|sysctl|tcpdump|nsenter|modprobe|systemctl|conntrack|brctl|ip|bridge)';
const VERB =
  '(?:-|add |del|delete |insert |flush |set |run |exec |stop |rm |restart |start |(?:network|link|route|rule|addr|neigh|netns|table|chain) (?:add|del|delete|set|flush|replace|connect|disconnect|create|rm) )';
const PASTED = `/^(?:# )?${PROGRAM} ${VERB}/`;

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', 'fixtures/', 'reports/']),
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'vitest.config.ts'],
    extends: [tseslint.configs.strict],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-for-in-array': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      // an index that the line before proves is written `a[i]!`: noUncheckedIndexedAccess has no other way to say it
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/no-unsafe-argument': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/no-unsafe-member-access': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/require-array-sort-compare': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    // what reads other people's text must not take longer than its length: no expression may backtrack
    files: ['src/**/*.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': 'error',
      'regexp/no-super-linear-move': 'error',
      'regexp/no-contradiction-with-assertion': 'error',
      'regexp/no-dupe-characters-character-class': 'error',
      'regexp/no-dupe-disjunctions': 'error',
      'regexp/no-empty-alternative': 'error',
      'regexp/no-empty-character-class': 'error',
      'regexp/no-invalid-regexp': 'error',
      'regexp/no-lazy-ends': 'error',
      'regexp/no-misleading-capturing-group': 'error',
      'regexp/no-obscure-range': 'error',
      'regexp/no-optional-assertion': 'error',
      'regexp/no-unused-capturing-group': 'error',
      'regexp/no-useless-assertions': 'error',
      'regexp/no-useless-quantifier': 'error',
      'regexp/optimal-quantifier-concatenation': 'error',
    },
  },
  {
    // a file does one thing: whoever opens it reads it in one sitting
    files: ['src/**/*.ts'],
    rules: { 'max-lines': ['error', 250] },
  },
  {
    // a word that was read is looked for, and is no pattern
    files: ['src/**/*.ts'],
    plugins: { patterns: { rules: { 'no-joined-pattern': noJoinedPattern } } },
    rules: { 'patterns/no-joined-pattern': 'error' },
  },
  {
    // the text of a rule is read by its parser and printed by reports
    files: ['src/**/*.ts'],
    // the twin writes rules for the kernel, and holds what the kernel prints against them
    ignores: ['src/{netfilter,snapshot,report,kernel}/**'],
    plugins: { rules: { rules: { 'no-rule-text': noRuleText } } },
    rules: { 'rules/no-rule-text': 'error' },
  },
  {
    // the name of the host's own namespace means one thing and stands in one place
    files: ['src/**/*.ts'],
    ignores: [
      'src/model/netns.ts',
      // scopes of addresses as they are printed, names in a policy, nodes of a drawing
      'src/change/ip/addresses.ts',
      'src/reachability/policy/endpoints.ts',
      'src/report/topology/map.ts',
      // what the host is called where its name is not known
      'src/{report/inspect-text,topology/index}.ts',
    ],
    plugins: { netns: { rules: { 'no-host-literal': noHostLiteral } } },
    rules: { 'netns/no-host-literal': 'error' },
  },
  {
    // what runs in a browser as well: no global of Node's, and none of a browser's either
    files: [
      'src/{address,advice,command,compose,inventory,model,names,netfilter,datapath,change,reachability,audit,testimony,explain,topology,report}/**/*.ts',
      'src/core.ts',
      'src/explorer/*.ts',
    ],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['Buffer', 'process', 'global', 'globalThis', 'require', 'module', '__dirname', '__filename', 'performance', 'crypto', 'fetch'],
        ...[
          'setTimeout',
          'setInterval',
          'setImmediate',
          'queueMicrotask',
          'structuredClone',
          'TextEncoder',
          'TextDecoder',
          'URL',
          'atob',
          'btoa',
        ],
      ],
    },
  },
  {
    // a command with a word of a snapshot in it is a list of words until src/command prints it (command`…`, remark`…`), or src/kernel/write (words`…`)
    files: ['src/{audit,capture,change,datapath,testimony,explain,reachability,report,topology,inventory,kernel,commands}/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...['TemplateLiteral[expressions.length>0]', 'BinaryExpression[operator="+"]'].map((node) => ({
          selector: `${node}:not(TaggedTemplateExpression > *) > ${node.startsWith('T') ? 'TemplateElement:first-child[value.raw=' : 'Literal.left[value='}${PASTED}]`,
          message: 'A command is a list of words: make it by command() or remark`…` of src/command, or words`…` of src/kernel/write.',
        })),
      ],
    },
  },
  // expect.any() and its kin are any by design
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off' } },
  { files: ['test/fuzz/main.mjs', 'test/pack/main.mjs', '*.js', '*.cjs'], rules: { eqeqeq: 'error' } },
);
