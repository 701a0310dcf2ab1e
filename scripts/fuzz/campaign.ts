import { signature, writeFinding } from './findings.ts';
import { Guard } from './guard.ts';
import type { Finding } from './judge.ts';
import { shrunk } from './shrink.ts';
import type { Target } from './target.ts';

/** Findings of so many kinds are enough for once. */
const MAX_KINDS = 50;

const REPORT_MS = 60_000;

/** What is tried, for how long, and where findings go. */
export interface Campaign {
  readonly target: Target;
  readonly minutes: number;
  /** The first seed. */
  readonly seed: number;
  readonly folder: string;
  /** Is told how it goes, line by line. */
  readonly say: (line: string) => void;
}

/** Tries seed after seed. Returns how many kinds of findings there were. */
export async function campaign({ target, minutes, seed: first, folder, say }: Campaign): Promise<number> {
  const isWithRealFiles = true;
  const corpus = target.corpus(isWithRealFiles);
  const guard = new Guard({ target: target.name, isWithRealFiles });
  const kinds = new Map<string, number>();
  const counts = { taken: 0, refused: 0, findings: 0 };
  const begin = performance.now();
  const minutesGone = () => (performance.now() - begin) / 60_000;
  const told = () =>
    `${target.name}: ${counts.taken + counts.refused + counts.findings} inputs of ${corpus.length} samples in ` +
    `${minutesGone().toFixed(1)} min: ${counts.taken} taken, ${counts.refused} refused, ${counts.findings} findings of ${kinds.size} kinds`;
  let nextReport = begin + REPORT_MS;
  for (let seed = first; minutesGone() < minutes && kinds.size < MAX_KINDS; seed++) {
    const verdict = await guard.run({ seed });
    if (typeof verdict === 'string') counts[verdict]++;
    else {
      counts.findings++;
      const kind = signature(verdict);
      const before = kinds.get(kind) ?? 0;
      kinds.set(kind, before + 1);
      if (before === 0) say(await written(target, seed, verdict, folder, guard));
    }
    if (performance.now() < nextReport) continue;
    say(told());
    nextReport += REPORT_MS;
  }
  await guard.close();
  say(`${told()}; seeds from ${first} on`);
  return kinds.size;
}

/** Makes a finding smaller, and writes it; a line that says where. */
async function written(
  target: Target,
  seed: number,
  finding: Finding,
  folder: string,
  guard: Guard,
): Promise<string> {
  const kind = signature(finding);
  const corpus = target.corpus(true);
  // As it came, in case that making it smaller is stopped.
  writeFinding(folder, target, seed, target.mutate(seed, corpus), finding);
  let last = finding;
  const bytes = await shrunk(target, seed, corpus, async (candidate) => {
    const verdict = await guard.run({ bytes: candidate });
    if (typeof verdict === 'string' || signature(verdict) !== kind) return false;
    last = verdict;
    return true;
  });
  const path = writeFinding(folder, target, seed, bytes, last);
  return `${target.name}: seed ${seed}: ${last.kind}: ${last.what.split('\n').slice(0, 4).join('\n')}\n  ${path}`;
}
