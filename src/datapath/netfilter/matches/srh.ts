import { UnreadableOption, type MatchExtension } from '../extension.js';

export const srh: MatchExtension = {
  name: 'srh',
  options: {
    '--srh-next-hdr': 1,
    '--srh-hdr-len-eq': 1,
    '--srh-hdr-len-gt': 1,
    '--srh-hdr-len-lt': 1,
    '--srh-segs-left-eq': 1,
    '--srh-segs-left-gt': 1,
    '--srh-segs-left-lt': 1,
    '--srh-last-entry-eq': 1,
    '--srh-last-entry-gt': 1,
    '--srh-last-entry-lt': 1,
    '--srh-tag': 1,
    '--srh-psid': 1,
    '--srh-nsid': 1,
    '--srh-lsid': 1,
  },
  compile: () => {
    throw new UnreadableOption('-m', 'srh');
  },
};
