/** What differs between versions of nft in how a rule is printed. */
export interface Style {
  /** The burst of a limit is printed also where it is the 5 packets that go without saying. */
  readonly defaultBurst: boolean;
}

const OLD: Style = { defaultBurst: false };
const NEW: Style = { defaultBurst: true };

/** @returns how a version (`1.1.7`) prints; a recent one's where it is not known. */
export function styleOf(version: string | undefined): Style {
  const parts = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(version ?? '');
  if (parts === null) return NEW;
  const [major, minor, patch] = [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0)];
  return major === 0 || (major === 1 && minor === 0 && patch <= 6) ? OLD : NEW;
}
