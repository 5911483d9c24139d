import type { Rule } from 'eslint';

export declare const noJoinedPattern: Rule.RuleModule;
