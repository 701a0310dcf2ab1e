import type { CopiesByBudget, DuplicableLayer } from './policy.ts';
import { type Choice, choicesOf, sum } from './sum.ts';

/** A table is for so many PEs, or twice as many, and so on, so that not every budget makes another one. */
const FIRST_PES = 255;
/** Choices that a table notes at most: 2 bytes each. */
const MOST_NOTES = 2 ** 24;
/** A budget by itself costs about as much as so many PEs of a table: 60 of VGG16, 330 of ResNet152. */
const PES_OF_ONE = 256;

/**
 * `sum` for budget after budget: from a table of all budgets up to some number of PEs, once so many were asked for that it
 * pays. What is too large for a table is always answered by itself.
 */
export function sumByBudget(layers: readonly DuplicableLayer[]): CopiesByBudget {
  const useful = layers.reduce((pes, { pesPerCopy, mvms }) => pes + pesPerCopy * (mvms - 1), 0);
  let table: SumTable | undefined;
  let asked = 0;
  return (extraPes) => {
    // What gives every layer a copy for each MVM is enough for all.
    const budget = Math.min(extraPes, useful);
    if (table === undefined || table.pes < budget) {
      asked++;
      const pes = sizeFor(budget);
      if (pes * layers.length > MOST_NOTES || pes > asked * PES_OF_ONE) return sum(layers, budget);
      table = new SumTable(choicesByLayer(layers, pes), pes);
    }
    return table.copies(budget);
  };
}

function sizeFor(budget: number): number {
  let pes = FIRST_PES;
  while (pes < budget) pes = 2 * pes + 1;
  return pes;
}

/** Layers with the same t and c share their choices. */
function choicesByLayer(layers: readonly DuplicableLayer[], pes: number): (readonly Choice[])[] {
  const kinds = new Map<string, readonly Choice[]>();
  return layers.map(({ mvms, pesPerCopy }) => {
    const key = `${mvms} ${pesPerCopy}`;
    const choices = kinds.get(key) ?? choicesOf(mvms, pesPerCopy, pes);
    kinds.set(key, choices);
    return choices;
  });
}

/**
 * A knapsack with one choice per layer, for all numbers of PEs at once: layer by layer from the last one, for every number of
 * PEs that they take exactly the least cycles, and with which choice of the first of them; of several the one with most
 * copies.
 */
class SumTable {
  /** It has budgets up to so many PEs. */
  readonly pes: number;
  readonly #choices: readonly (readonly Choice[])[];
  /** Per layer and PEs that it and those behind it take: its choice. */
  readonly #chosen: readonly Uint16Array[];
  /** Per budget: the PEs that are best taken of it. */
  readonly #best: Uint32Array;

  constructor(choices: readonly (readonly Choice[])[], pes: number) {
    this.pes = pes;
    this.#choices = choices;
    const chosen: Uint16Array[] = new Array(choices.length);
    let behind = new Float64Array(pes + 1).fill(Infinity);
    behind[0] = 0;
    let cycles = new Float64Array(pes + 1);
    for (let i = choices.length - 1; i >= 0; i--) {
      chosen[i] = addLayer(choices[i]!, behind, cycles);
      [behind, cycles] = [cycles, behind];
    }
    this.#chosen = chosen;
    this.#best = fewestPes(behind);
  }

  copies(extraPes: number): number[] {
    let left = this.#best[extraPes]!;
    return this.#choices.map((own, i) => {
      const choice = own[this.#chosen[i]![left]!]!;
      left -= choice.pes;
      return choice.copies;
    });
  }
}

/** The least cycles of a layer and those behind it, for every number of PEs, into `cycles`; returns the choices of the layer. */
function addLayer(choices: readonly Choice[], behind: Float64Array, cycles: Float64Array): Uint16Array {
  const chosen = new Uint16Array(cycles.length);
  cycles.fill(Infinity);
  // From most copies to fewest: what is as good has fewer of them, and is passed over.
  for (let choice = choices.length - 1; choice >= 0; choice--) {
    const { pes, cycles: own } = choices[choice]!;
    for (let all = pes; all < cycles.length; all++) {
      const sum = behind[all - pes]! + own;
      if (sum >= cycles[all]!) continue;
      cycles[all] = sum;
      chosen[all] = choice;
    }
  }
  return chosen;
}

/** For every budget the fewest PEs with which the cycles are as few as they can be within it. */
function fewestPes(cycles: Float64Array): Uint32Array {
  const best = new Uint32Array(cycles.length);
  for (let pes = 1; pes < cycles.length; pes++) {
    const before = best[pes - 1]!;
    best[pes] = cycles[pes]! < cycles[before]! ? pes : before;
  }
  return best;
}
