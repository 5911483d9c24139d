/** First source port of a scenario's flows; each has its own. */
export const FIRST_PORT = 20_000;
