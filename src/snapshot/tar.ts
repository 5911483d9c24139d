import { extract, type Extract } from 'tar-stream';

/** @returns a reader of tar. A folder has no body, whatever size its header tells (POSIX ustar): tar-stream would wait for one. */
export function tarReader(): Extract {
  return extract().on('entry', (header) => {
    if (header.type === 'directory') header.size = 0;
  });
}
