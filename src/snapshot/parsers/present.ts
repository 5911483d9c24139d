type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** @returns the object without the members that are undefined. */
export function present<T extends object>(fields: T): Present<T> {
  // The filter is what the type says; Object.fromEntries cannot know.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
