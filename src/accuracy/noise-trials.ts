import { type Spread, spreadOf, sqnrDb } from './figures.ts';
import type { Accuracy } from './tally.ts';

/** What noise does to a network, over several trials. */
export interface NoiseTrials {
  /** Trials. */
  readonly trials: number;
  /** Per layer, with what the layers before it have added: signal by error in dB. */
  readonly layers: readonly { readonly name: string; readonly sqnrDb: Spread }[];
  /** The same of every output. */
  readonly outputs: readonly { readonly name: string; readonly sqnrDb: Spread }[];
  /** Share of inputs whose best class stays the best. */
  readonly top1: Spread;
  /** Share of inputs whose best class stays among the best five. */
  readonly top5: Spread;
}

/** What trials have in common, and how far they are apart. */
export function noiseTrials(all: readonly Accuracy[]): NoiseTrials {
  const [first] = all;
  return {
    trials: all.length,
    layers: (first?.layers ?? []).map(({ name }, i) => ({
      name,
      sqnrDb: spreadOf(all.map(({ layers }) => sqnrDb(layers[i]!.cascaded))),
    })),
    outputs: (first?.outputs ?? []).map(({ name }, i) => ({
      name,
      sqnrDb: spreadOf(all.map(({ outputs }) => sqnrDb(outputs[i]!.deviation))),
    })),
    top1: spreadOf(all.map(({ agreement: { top1, inputs } }) => top1 / inputs)),
    top5: spreadOf(all.map(({ agreement: { top5, inputs } }) => top5 / inputs)),
  };
}
