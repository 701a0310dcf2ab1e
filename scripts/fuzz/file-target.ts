import { Random } from './random.ts';
import { rawBytes } from './raw-bytes.ts';
import type { Format, Sample, Target } from './target.ts';

/** What makes a target of files. */
export interface FileTarget extends Pick<Target, 'name' | 'suffix' | 'reads' | 'corpus' | 'run'> {
  /** How its files are written; several are tried one after the other, from the finest structure to none. */
  readonly formats: readonly Format<unknown>[];
}

/** Of a hundred inputs so many are changed in a format that is not the first, too. */
const COARSE_PERCENT = 15;

/** Inputs that edits made larger are not tried: they take long, and find little. */
const MAX_BYTES = 4 * 2 ** 20;

/** A target of files: samples are parsed, changed by some edits, and written again. */
export function fileTarget({ formats, ...given }: FileTarget): Target {
  const all = [...formats, rawBytes];
  return {
    ...given,
    mutate: (seed, corpus, keeps = () => true) => mutated(all, new Random(seed), corpus, keeps),
    without: (bytes, first, count) => withoutParts(all, bytes, first, count),
  };
}

function mutated(
  formats: readonly Format<unknown>[],
  random: Random,
  corpus: readonly Sample[],
  keeps: (edit: number) => boolean,
): Uint8Array {
  let { bytes } = random.pick(corpus);
  const donor = random.pick(corpus).bytes;
  let edit = 0;
  formats.forEach((format, index) => {
    const share = index === 0 ? 90 : COARSE_PERCENT;
    const seeds = random.below(100) < share ? Array.from({ length: random.few() }, () => random.word()) : [];
    const kept = seeds.filter(() => keeps(edit++));
    if (kept.length > 0) bytes = edited(format, bytes, donor, kept) ?? bytes;
  });
  return bytes;
}

/** The bytes after these edits; undefined where they are not of the format, or get too large. */
function edited<Tree>(
  { parse, write, edit }: Format<Tree>,
  bytes: Uint8Array,
  donor: Uint8Array,
  seeds: readonly number[],
): Uint8Array | undefined {
  let trees: [Tree, Tree];
  try {
    trees = [parse(bytes), parse(donor)];
  } catch {
    return undefined;
  }
  const [tree, other] = trees;
  const changed = write(seeds.reduce((all, seed) => edit(all, other, new Random(seed)), tree));
  return changed.length <= MAX_BYTES ? changed : undefined;
}

/** Without parts of the finest format that the bytes are of. */
function withoutParts(
  formats: readonly Format<unknown>[],
  bytes: Uint8Array,
  first: number,
  count: number,
): Uint8Array | undefined {
  for (const { parse, write, without } of formats) {
    try {
      const rest = without(parse(bytes), first, count);
      return rest === undefined ? undefined : write(rest);
    } catch {
      // Not of this format: the next one is coarser.
    }
  }
  return undefined;
}
