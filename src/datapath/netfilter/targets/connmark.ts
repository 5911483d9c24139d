import { UnreadableOption, type TargetExtension } from '../extension.js';

export const connmarkTarget: TargetExtension = {
  name: 'CONNMARK',
  options: {
    '--set-xmark': 1,
    '--set-mark': 1,
    '--and-mark': 1,
    '--or-mark': 1,
    '--xor-mark': 1,
    '--save-mark': 0,
    '--restore-mark': 0,
    '--mask': 1,
    '--ctmask': 1,
    '--nfmask': 1,
    '--left-shift-mark': 1,
    '--right-shift-mark': 1,
  },
  compile: () => {
    throw new UnreadableOption('-j', 'CONNMARK');
  },
};
