import type { Host } from '../../model/host.js';
import type { TypedQuestion } from '../question.js';
import { CapturedTraffic, type PlacedCapture } from './captures.js';
import type { Dropped, DroppedCapture } from './dropped.js';
import { readFiles } from './given-files.js';
import { trafficOf } from './traffic-view.js';

/** What captures are held against, and whom to tell. */
interface Around {
  /** The host as it is supposed to be now. */
  readonly host: () => Host;
  readonly ask: (question: TypedQuestion) => void;
  /** What the captures tell is another. */
  readonly changed: () => void;
  /** Brings the view of the captures into sight. */
  readonly open: () => void;
}

/** @returns why something that was dropped shows nothing; undefined where all of it is captures. */
function faultOf({ texts, unread }: Dropped): string | undefined {
  const [refused] = unread;
  if (refused !== undefined) return `${refused[0]}: ${refused[1].why}`;
  const [text] = texts;
  return text && `${text.path} is no capture; this page holds its host already, and takes captures of it alone`;
}

/** The captures that the page was given, and what they show of its host. */
export class SeenTraffic {
  /** Absent where there are no captures, or while they are read. */
  traffic: CapturedTraffic | undefined;
  private captures: readonly PlacedCapture[];
  private fault: string | undefined;

  constructor(
    captures: readonly DroppedCapture[],
    private readonly around: Around,
  ) {
    this.captures = captures;
  }

  /** @returns the view: where captures are given, and what they show. */
  view(): HTMLElement {
    const wishes = {
      ask: this.around.ask,
      take: (files: readonly File[]): void => this.take(Promise.resolve(files)),
      placeAt: (file: string, netns: string): void => {
        this.captures = this.captures.map((one) => (one.path === file ? { ...one, netns } : one));
        this.read();
      },
    };
    return trafficOf(this.traffic, [...this.around.host().netns.keys()], wishes, this.fault);
  }

  /** Takes captures that were dropped or chosen; one of a name that is there already replaces it. */
  take(files: Promise<readonly File[]>): void {
    files.then(readFiles).then(
      (dropped) => {
        const { captures } = dropped;
        this.fault = faultOf(dropped);
        const before = this.captures;
        this.captures = [...before.filter(({ path }) => !captures.some((one) => one.path === path)), ...captures];
        this.read(before);
        this.around.open();
      },
      (error: unknown) => this.fail(error),
    );
  }

  /** Reads the captures for the host as it is supposed to be now. @param before what is kept where one of them is no capture. */
  read(before: readonly PlacedCapture[] = []): void {
    const host = this.around.host();
    this.traffic = undefined;
    if (this.captures.length === 0) return;
    CapturedTraffic.of(this.captures, host).then(
      (traffic) => {
        if (host !== this.around.host()) return;
        this.traffic = traffic;
        this.around.changed();
      },
      (error: unknown) => {
        this.captures = before;
        if (before.length > 0) this.read();
        this.fail(error);
      },
    );
  }

  private fail(error: unknown): void {
    this.fault = error instanceof Error ? error.message : String(error);
    this.around.changed();
    this.around.open();
  }
}
