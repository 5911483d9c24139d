import type { Command } from 'commander';

/** What `addCaptureOptions` adds to a command's options. */
export interface CaptureOptions {
  readonly pcap?: readonly string[];
  readonly captures?: boolean;
  readonly snapshot?: string;
  /** Set where more was given than the snapshot. */
  readonly files?: readonly string[];
}

/** Adds `--pcap`, and `--no-captures` against those in the snapshot. */
export function addCaptureOptions(command: Command): Command {
  return command
    .optionsGroup('Snapshot:')
    .option('--pcap <spec>', 'a capture: FILE, netns:iface=FILE or netns:any=FILE; - is standard input; repeatable', append)
    .option('--no-captures', 'leave out the captures that the snapshot holds');
}

function append(value: string, sofar: readonly string[] | undefined): readonly string[] {
  return [...(sofar ?? []), value];
}
