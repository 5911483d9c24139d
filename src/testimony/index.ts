/** What lines of text tell of packets (logs, traces, tcpdump), set beside a prediction. */
export { type LogWriter, writersBy } from './log-writers.js';
export { withTestimonies } from './weigh.js';
