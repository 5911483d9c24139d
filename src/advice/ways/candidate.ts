import type { Command } from '../../model/command.js';
import { outsideWord } from '../../model/outside.js';
import type { FlowRequest, Lasting, Remedy, RemedyWay, Trace } from '../../model/trace.js';

/** Something that might open a flow: what people type, and what the model is told instead where it knows no such command. */
export interface Candidate {
  readonly way: RemedyWay;
  readonly why: string;
  readonly commands: readonly Command[];
  readonly model?: readonly Command[];
  /** How the flow is asked then, where it is not as before. */
  readonly ask?: FlowRequest;
  readonly compose?: readonly string[];
  readonly lasts: NonNullable<Remedy['lasts']>;
  readonly hole?: true;
  /** Set where it is to lead out of the host: what comes of it then is told by nobody. */
  readonly isOut?: true;
}

/** Whether the question is about the whole internet, which one address stands for. */
export const isInternet = ({ from }: FlowRequest): boolean => outsideWord(from) === 'internet';

/** @returns for whom one address stands that a remedy names, to be said behind it; empty where the question names the address itself. */
export function standsFor({ from }: FlowRequest, { flow: { src } }: Trace): string {
  const whole = outsideWord(from);
  if (whole === undefined || src === undefined) return '';
  return ` (${src} stands for ${whole === 'internet' ? 'the internet' : 'the network outside'} here: leave the source out, and all of it comes in)`;
}

/** @returns until when something holds: what is `lost` by name, all else stays. */
export function lasting(...lost: readonly (keyof NonNullable<Remedy['lasts']>)[]): NonNullable<Remedy['lasts']> {
  const of = (name: keyof NonNullable<Remedy['lasts']>): Lasting => (lost.includes(name) ? 'lost' : 'stays');
  return { dockerRestart: of('dockerRestart'), reload: of('reload'), reboot: of('reboot'), recreate: of('recreate') };
}
