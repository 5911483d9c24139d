import { describe, expect, it } from 'vitest';
import { runBatch } from '../../src/kernel/batch.js';
import { restoreIpsets, restoreRuleset } from '../../src/kernel/restore.js';
import type { PlanLine } from '../../src/kernel/plan/plan.js';
import { writtenLine } from '../../src/kernel/write/words.js';

const line = (text: string, optional = false): PlanLine => ({
  words: text.split(' '),
  what: `what ${text}`,
  optional,
});
const OK = { code: 0, out: '', err: '' };

/** Answers each call in turn, and keeps what it was asked. */
function script(...answers: readonly { code: number; err: string }[]): {
  readonly asked: string[];
  exec(argv: readonly string[], input: string): Promise<{ code: number; out: string; err: string }>;
} {
  const asked: string[] = [];
  return {
    asked,
    exec: (argv, input) => {
      asked.push(`${argv.join(' ')}: ${input}`);
      return Promise.resolve({ out: '', ...(answers[asked.length - 1] ?? OK) });
    },
  };
}

describe('runBatch', () => {
  it('names the lines that failed, with the words of the kernel', async () => {
    const { exec, asked } = script({
      code: 1,
      err: 'RTNETLINK answers: File exists\nCommand failed -:2\nCannot find device "x"\nCommand failed -:3\n',
    });
    const gaps = await runBatch(exec, 'ip -6', [line('a'), line('b'), line('c', true)]);
    expect(asked).toEqual(['ip -6 -force -batch -: a\nb\nc\n']);
    expect(gaps).toEqual([{ what: 'what b', why: 'RTNETLINK answers: File exists (b)' }]);
  });

  it('goes on line by line where words it does not understand end the batch', async () => {
    const { exec, asked } = script(
      { code: 255, err: 'Error: argument "br9" is wrong: Device does not exist\n' },
      { code: 2, err: 'RTNETLINK answers: File exists\nCommand failed -:1\n' },
      { code: 255, err: 'Error: argument "br9" is wrong: Device does not exist\n' },
    );
    const gaps = await runBatch(exec, 'ip', [line('a'), line('b'), line('c')]);
    expect(asked.slice(1)).toEqual(['ip -batch -: a\n', 'ip -batch -: b\n', 'ip -batch -: c\n']);
    expect(gaps).toEqual([{ what: 'what b', why: 'Error: argument "br9" is wrong: Device does not exist (b)' }]);
  });

  it('asks nothing where there is nothing to do', async () => {
    const { exec, asked } = script();
    expect([await runBatch(exec, 'bridge', []), asked]).toEqual([[], []]);
  });

  it('writes no command in which a word would not stay one, and says so', async () => {
    const { exec, asked } = script();
    const bad = [
      ['link', 'show', 'a\nnetns exec n1 id'],
      ['x', 'a b'],
      ['x', '-x'],
      ['x', 'a#b'],
      ['x', ''],
      ['x', '"a'],
      ['x', 'a\\'],
      [],
    ];
    const gaps = await runBatch(exec, 'ip', [line('a'), ...bad.map((words) => ({ words, what: words.join(' ') }))]);
    expect(asked).toEqual(['ip -force -batch -: a\n']);
    expect(gaps.map(({ what }) => what)).toEqual(bad.map((words) => words.join(' ')));
  });
});

describe('restoreRuleset', () => {
  const text = {
    family: 4,
    backend: 'nft',
    lines: ['*filter', '-A INPUT -m foo', '-A INPUT -j DROP', 'COMMIT'].map(writtenLine),
    sources: ['', 'host/iptables-save.txt:7', '', ''],
  } as const;

  it('leaves out the line that is refused, and says which', async () => {
    const { exec, asked } = script({
      code: 2,
      err: "iptables-restore v1.8.9 (nf_tables): Couldn't load match `foo':No such file or directory\n\nError occurred at line: 2\nTry `iptables-restore -h' or 'iptables-restore --help' for more information.\n",
    });
    const gaps = await restoreRuleset(exec, 'web', text);
    expect(asked[1]).toBe('iptables-nft-restore: *filter\n\n-A INPUT -j DROP\nCOMMIT\n');
    expect(gaps).toEqual([
      { what: 'web: host/iptables-save.txt:7: -A INPUT -m foo', why: "Couldn't load match `foo':No such file or directory" },
    ]);
  });

  it('gives up where no line is to blame', async () => {
    const { exec } = script({ code: 4, err: 'iptables-nft-restore: cannot open\n' });
    expect(await restoreRuleset(exec, 'web', text)).toEqual([{ what: 'web: the rules of iptables-nft', why: 'cannot open' }]);
  });
});

describe('restoreIpsets', () => {
  it('goes on after the line that is refused', async () => {
    const { exec, asked } = script({ code: 1, err: 'ipset v7.17: Error in line 2: Kernel error received: set type not supported\n' });
    const gaps = await restoreIpsets(exec, [line('create a hash:ip'), line('create b hash:mac'), line('add a 10.0.0.1')]);
    expect(asked[1]).toBe('ipset -exist restore: add a 10.0.0.1\n');
    expect(gaps).toEqual([{ what: 'what create b hash:mac', why: 'Kernel error received: set type not supported (create b hash:mac)' }]);
  });
});
