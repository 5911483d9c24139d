/** Programs whose options say where packets go; they hold no secrets. */
const KEPT = /(?:^|[\s/])(?:docker-proxy|rootlessport|rootlesskit)(?:\s|$)/;

/** @returns a list of processes (`ps aux`, `ps -ef`) in which every command line but those that the model reads ends after its program. */
export function blankProcesses(text: string): string {
  let column: number | undefined;
  return text
    .split('\n')
    .map((line) => {
      const words = [...line.matchAll(/\S+/g)];
      const head = words.findIndex(({ 0: word }) => word === 'CMD' || word === 'COMMAND');
      if (head >= 0 && words.some(({ 0: word }) => word === 'PID')) {
        column = head;
        return line;
      }
      const program = words[column ?? 4];
      if (program === undefined || KEPT.test(line)) return line;
      return line.slice(0, program.index + program[0].length);
    })
    .join('\n');
}

/** @returns the table of `docker ps` with nothing below COMMAND. */
export function blankDockerPs(text: string): string {
  const [head = '', ...rows] = text.split('\n');
  const titles = [...head.matchAll(/\S+(?: \S+)*/g)];
  const at = titles.findIndex(({ 0: title }) => title === 'COMMAND');
  const [from, to] = [titles[at]?.index, titles[at + 1]?.index];
  if (from === undefined || to === undefined) return text;
  const blanks = (text: string): string => ' '.repeat(text.length);
  // a command that is longer than its column ends at its quote
  const blanked = rows.map((row) => (row.slice(0, from) + blanks(row.slice(from, to)) + row.slice(to)).replace(/^.*"/, blanks));
  return [head, ...blanked].join('\n');
}
