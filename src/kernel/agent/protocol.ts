/** What the program asks of the process that runs inside the sandbox. One JSON object a line. */
export type RootRequest =
  | { readonly op: 'run'; readonly id: number; readonly argv: readonly string[]; readonly input?: string }
  | { readonly op: 'start'; readonly id: number; readonly argv: readonly string[] }
  | { readonly op: 'write'; readonly id: number; readonly data: string }
  | { readonly op: 'kill'; readonly id: number; readonly signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT' };

export type RootReply =
  | { readonly kind: 'ready' }
  /** A command that was run to its end; -1 where it could not be started. */
  | { readonly kind: 'ran'; readonly id: number; readonly code: number; readonly out: string; readonly err: string }
  /** Output of a started process; `out` is base64. */
  | { readonly kind: 'out'; readonly id: number; readonly data: string }
  | { readonly kind: 'err'; readonly id: number; readonly text: string }
  | { readonly kind: 'end'; readonly id: number; readonly code: number };

/** Where a relay (docker-proxy) dials. */
export interface DialTarget {
  readonly host: string;
  readonly port: number;
}

export interface ListenRequest {
  readonly proto: 'tcp' | 'udp';
  readonly family: 4 | 6;
  /** Absent: every address. */
  readonly ip?: string;
  readonly dualStack: boolean;
  readonly port: number;
  /** Set for a proxy: it ends the connection and opens a second one. */
  readonly dial?: DialTarget;
  /** It takes connections and never answers. */
  readonly mute?: boolean;
}

export interface ProbeRequest {
  readonly id: number;
  readonly proto: 'tcp' | 'udp' | 'icmp';
  readonly dst: string;
  readonly dport: number;
  readonly src?: string;
  /** Source port, or the identifier of an ICMP echo. */
  readonly sport: number;
  /** Milliseconds to wait before it is sent. */
  readonly delay: number;
  /** Milliseconds to wait for an answer. */
  readonly patience: number;
  /** The one byte of a UDP datagram, which tells flows apart. */
  readonly byte: number;
}

/** What the program asks of the process that stands in one namespace. */
export type StationRequest =
  | { readonly op: 'sysctl'; readonly settings: readonly { readonly key: string; readonly value: string }[] }
  /** Sends a datagram to each address, for the kernel to learn the way. */
  | { readonly op: 'touch'; readonly addresses: readonly string[] }
  | { readonly op: 'listen'; readonly listeners: readonly ListenRequest[] }
  | { readonly op: 'probe'; readonly probes: readonly ProbeRequest[] };

/** What a client saw; `closed`: accepted and closed without an answer; `silent`: accepted, and nothing more. */
export type ClientView = 'connected' | 'closed' | 'silent' | 'refused' | 'reset' | 'unreachable' | 'timeout';

export interface ProbeResult {
  readonly id: number;
  readonly outcome: ClientView;
  /** errno or the program's words, where it failed. */
  readonly detail?: string;
}

/** A proxied connection: who came in, and from where it was opened anew. */
export interface Relayed {
  readonly proto: 'tcp' | 'udp';
  readonly peer: string;
  readonly peerPort: number;
  readonly localPort: number;
}

export type StationReply =
  | { readonly kind: 'touched' }
  | { readonly kind: 'set'; readonly failed: readonly { readonly key: string; readonly error: string }[] }
  | { readonly kind: 'listening'; readonly failed: readonly { readonly listener: ListenRequest; readonly error: string }[] }
  | ({ readonly kind: 'probed' } & ProbeResult)
  | ({ readonly kind: 'relayed' } & Relayed);
