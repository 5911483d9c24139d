const ASSIGNS = /^(?:export\s+)?([A-Za-z_]\w*)=(?:"([^"$`\\]*)"|'([^'"$`\\]*)'|([^\s"'$`\\;&|()<>]*))\s*$/;
const VARIABLE = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g;
/** `${X:=1}` sets X where it has no value. */
const SETS = /\$\{([A-Za-z_]\w*):?=/g;
/** Names that a line may set: `X=`, `read X`, `for X in`, `unset X`; those of which it takes the value are none. */
const NAMES = /(?<![$\w])(?<!\$\{)[A-Za-z_]\w*/g;
/** What runs another file, or a text, in the same shell. */
const RUNS = /(?:^|[\s;&|({])(?:\.|source|eval)\s/;

/** The variables of a shell script, as far as their values are sure. */
export class ScriptValues {
  private readonly values = new Map<string, string>();
  /** Names that are set where nothing tells whether, or when, the line runs. */
  private readonly untold = new Set<string>();

  /**
   * @param sure whether the line runs, once, where it stands.
   * @returns whether a line does nothing but give a variable a plain value.
   */
  assign(line: string, sure: boolean): boolean {
    const found = ASSIGNS.exec(line);
    if (found === null) return false;
    const name = found[1]!;
    if (!sure) this.untold.add(name);
    if (this.untold.has(name)) this.values.delete(name);
    else this.values.set(name, found[2] ?? found[3] ?? found[4] ?? '');
    return true;
  }

  /** Whatever a line that is not followed may have set is not known any more. */
  forget(line: string): void {
    if (RUNS.test(line)) this.values.clear();
    for (const [name] of line.matchAll(NAMES)) this.values.delete(name);
    this.forgetDefaults(line);
  }

  /** The same of a line that sets nothing by itself: `: ${X:=1}`. */
  forgetDefaults(line: string): void {
    for (const [, name] of line.matchAll(SETS)) this.values.delete(name!);
  }

  /** @returns a line with the values of its variables; undefined where one of them is not told, or its quotes may keep it from being one. */
  expanded(line: string): string | undefined {
    if (/'[^']*\$/.test(line)) return undefined;
    let told = true;
    const text = line.replace(VARIABLE, (_, braced: string | undefined, bare: string | undefined) => {
      const value = this.values.get(braced ?? bare ?? '');
      told &&= value !== undefined;
      return value ?? '';
    });
    return told && !text.includes('$') ? text : undefined;
  }
}
