import { Option } from 'commander';
import type { Command } from 'commander';
import type { FlowProto } from '../../model/trace.js';
import { assumption, portValue } from './option-values.js';

/** What `addFlowOptions` adds to a command's options. */
export interface FlowOptions {
  readonly from?: string;
  readonly to?: string;
  readonly proto?: FlowProto;
  readonly port?: number;
  readonly sport?: number;
  readonly src?: string;
  readonly flows?: string;
}

/** What `addAssumptionOption` adds to a command's options. */
export interface AssumptionOption {
  readonly assume?: ReadonlyMap<string, readonly string[]>;
}

/** The heading under which the help lists what is asked. */
export const QUESTION_GROUP = 'Question:';

/** Adds one flow in words. */
export function addFlowOptions(command: Command): Command {
  return command
    .optionsGroup(QUESTION_GROUP)
    .option('--from <where>', "a container's name or id, host, internet, lan, or an address; the last three may name the device: lan@eth1")
    .option('--to <where>', 'a container, host, internet or an address, with or without :port ([v6]:port)')
    .addOption(new Option('--proto <name>', 'icmp without a port, tcp with one').choices(['tcp', 'udp', 'icmp']))
    .option('--port <number>', 'destination port', portValue)
    .option('--sport <number>', 'source port', portValue)
    .option('--src <address>', 'source address, where the sender has several');
}

/** Adds `--flows`: many flows from a file. */
export function addFlowsOption(command: Command): Command {
  return command.optionsGroup(QUESTION_GROUP).option('--flows <file>', 'flows, one JSON object a line; - is standard input');
}

/** Adds `--assume`: the sides to take on what no snapshot tells. */
export function addAssumptionOption(command: Command): Command {
  return command
    .optionsGroup(QUESTION_GROUP)
    .option(
      '--assume <category=side>',
      "take a side on what no snapshot tells, such as 'limit=under'; 'fresh': nothing was counted or listed before; repeatable",
      assumption,
    );
}
