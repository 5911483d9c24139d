import { linesOf, ProblemList, wordsOf, type Parsed } from './source.js';

/** Reads which services run: a name and `running` a line. What does not run is passed over: others may have made its rules. */
export function parseServices(text: string, file: string): Parsed<readonly string[]> {
  const problems = new ProblemList(file);
  const running: string[] = [];
  for (const { text: line, number } of linesOf(text)) {
    const [name = '', state = '', ...rest] = wordsOf(line);
    if (rest.length > 0 || !/^[\w.@-]+$/.test(name) || !/^(?:running|stopped)$/.test(state))
      problems.add(number, line, 'not the name of a service and `running` or `stopped`');
    else if (state === 'running') running.push(name);
  }
  return { data: running, problems: problems.list };
}
