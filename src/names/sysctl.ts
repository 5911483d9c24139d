import { commonFault, type NameKind } from './kind.js';

const LONGEST_PART = 255;

/** @returns the parts of a parameter's name as folders and file of /proc/sys call them: a dot of an interface's name is written as a slash (sysctl(8)). */
export function sysctlParts(key: string): readonly string[] {
  return key.split('.').map((part) => part.replaceAll('/', '.'));
}

function partFault(part: string): string | undefined {
  if (part === '') return 'has an empty part';
  if (part === '.' || part === '..') return 'has a part that leads to another folder';
  return commonFault(part, LONGEST_PART);
}

/** A kernel parameter (proc_sys_lookup takes each part by its name): no part is empty or leads elsewhere. */
export const SYSCTL: NameKind = {
  of: 'a kernel parameter',
  fault: (text) => {
    for (const part of sysctlParts(text)) {
      const fault = partFault(part);
      if (fault !== undefined) return fault;
    }
    return undefined;
  },
};
