import { continuingTarget } from '../plain-target.js';

/** led_tg (xt_LED.c). */
export const ledTarget = continuingTarget('LED', { '--led-trigger-id': 1, '--led-delay': 1, '--led-always-blink': 0 });
