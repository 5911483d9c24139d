import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import type { ClientView, ProbeRequest, ProbeResult } from './protocol.js';

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function viewOf(code: string): ClientView {
  return code === 'ECONNREFUSED' ? 'refused' : code === 'ECONNRESET' ? 'reset' : 'unreachable';
}

/** Milliseconds in which answers are read that came while this process did not run. */
const LAST_LOOK = 15;

type Settle = (outcome: ClientView, detail?: string) => void;

/** Settles a probe once, and frees what it held. */
function settler(
  probe: ProbeRequest,
  free: () => void,
  resolve: (result: ProbeResult) => void,
  late: () => ClientView = () => 'timeout',
): Settle {
  let open = true;
  // a busy machine may be late for the clock and for an answer that has come already: that is looked at first
  const timer = setTimeout(() => setTimeout(() => settle(late()), LAST_LOOK), probe.patience);
  const settle = (outcome: ClientView, detail?: string): void => {
    if (!open) return;
    open = false;
    clearTimeout(timer);
    free();
    resolve({ id: probe.id, outcome, ...(detail !== undefined && { detail }) });
  };
  return settle;
}

function probeTcp(probe: ProbeRequest): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const any = probe.dst.includes(':') ? '::' : '0.0.0.0';
    const socket = connect({ host: probe.dst, port: probe.dport, localAddress: probe.src ?? any, localPort: probe.sport });
    let accepted = false;
    const late = (): ClientView => (accepted ? 'silent' : 'timeout');
    const settle = settler(probe, () => socket.destroy(), resolve, late);
    socket.on('data', () => settle('connected'));
    socket.on('end', () => settle('closed'));
    socket.on('connect', () => (accepted = true));
    socket.on('error', (error) => settle(viewOf(errorCode(error)), errorCode(error)));
  });
}

function probeUdp(probe: ProbeRequest): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = createSocket(probe.dst.includes(':') ? 'udp6' : 'udp4');
    const settle = settler(probe, () => socket.close(), resolve);
    const fail = (error: unknown): void => settle(viewOf(errorCode(error)), errorCode(error));
    socket.on('error', fail);
    socket.on('message', () => settle('connected'));
    socket.bind({ port: probe.sport, ...(probe.src !== undefined && { address: probe.src }) }, () => {
      socket.connect(probe.dport, probe.dst, (error?: Error) => {
        if (error) fail(error);
        else socket.send(Uint8Array.of(probe.byte), (problem) => (problem ? fail(problem) : undefined));
      });
    });
  });
}

const PING_SAYS_NO = /nreachable|rohibited|filtered|connect:|broadcast/;

function probeIcmp(probe: ProbeRequest): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const from = probe.src === undefined ? [] : ['-I', probe.src];
    const argv = ['-n', '-c1', '-W1', '-e', String(probe.sport), ...from, probe.dst];
    // it ends by itself a second after it has sent; the limit is for a machine that does not let it
    execFile('ping', argv, { timeout: probe.patience + 3000 }, (error, stdout, stderr) => {
      const text = stdout + stderr;
      if (error === null) return resolve({ id: probe.id, outcome: 'connected' });
      const detail = text.split('\n').find((line) => PING_SAYS_NO.test(line));
      resolve(detail === undefined ? { id: probe.id, outcome: 'timeout' } : { id: probe.id, outcome: 'unreachable', detail });
    });
  });
}

/** Sends one packet and waits for what comes of it. Never fails. */
export async function sendProbe(probe: ProbeRequest): Promise<ProbeResult> {
  await new Promise((resolve) => setTimeout(resolve, probe.delay));
  switch (probe.proto) {
    case 'tcp':
      return probeTcp(probe);
    case 'udp':
      return probeUdp(probe);
    case 'icmp':
      return probeIcmp(probe);
  }
}

/** Sends a datagram to the discard port and does not wait for an answer; whether it arrives does not matter. */
export function touch(address: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.on('error', () => undefined);
    socket.send(Uint8Array.of(0), 9, address, () => setTimeout(() => socket.close(() => resolve()), 60));
  });
}
