export { command, fill, operand, remark } from './make.js';
export { printCommand, printCommands, printWords } from './print.js';
export { quoteWord } from './quote.js';
export { splitWords } from './split.js';
export { ACTIVE, visible, withoutInstructions } from './visible.js';
