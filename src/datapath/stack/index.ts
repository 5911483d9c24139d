import type { Stack } from '../walk/walk.js';
import { bridgeInput, bridgeXmit } from './bridge.js';
import { deviceReceive } from './device.js';
import { ipReceive } from './input.js';
import { localOut } from './output.js';

/** The network stack: what a device gives a frame to. */
export const STACK: Stack = { receive: deviceReceive, ipReceive, localOut, bridgeInput, bridgeXmit };
