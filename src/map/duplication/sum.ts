import type { DuplicableLayer, DuplicationPolicy } from './policy.ts';

/** One sensible number of copies of a layer: the fewest that bring it down to `cycles`. */
export interface Choice {
  readonly copies: number;
  /** PEs beyond the first copy. */
  readonly pes: number;
  /** ceil(t / copies). */
  readonly cycles: number;
}

/** Layers with the same t and c have the same choices, the one with one copy first. */
interface Kind {
  readonly choices: readonly Choice[];
  layers: number;
}

/** What some copies of the layers from one on to the last add up to. */
interface State {
  readonly pes: number;
  readonly cycles: number;
  /** Copies of the first of these layers, and the state of those behind it. */
  readonly copies: number;
  readonly next: State | undefined;
}

/** Behind the last layer. */
const END: State = { pes: 0, cycles: 0, copies: 0, next: undefined };

/**
 * The copies with the least `Σ ceil(t / d)` that fit the budget, exactly (spec.md section 5). Of several,
 * those that take the fewest PEs, and of these the ones that give most copies to the first layer, then to
 * the second, and so on.
 *
 * A knapsack with one choice per layer. Pricing a PE at `price` cycles gives a lower bound on the sum, and
 * every choice an excess over the cheapest choice of its layer; any solution within `gap` of the bound
 * consists of choices whose excesses add up to at most `gap`. So a dynamic programme over (PEs, cycles)
 * that drops everything beyond the gap, and everything dominated, is exact as soon as it finds a solution;
 * if the gap was too small for that, it is widened.
 */
export const sum: DuplicationPolicy = (layers, extraPes) => {
  const kinds = kindsOf(layers, extraPes);
  const price = bestPrice([...new Set(kinds)], extraPes);
  const cheapest = kinds.map(({ choices }) =>
    choices.reduce((least, o) => Math.min(least, o.cycles + price * o.pes), Infinity),
  );
  const bound = cheapest.reduce((total, least) => total + least, 0) - price * extraPes;
  // Rounding must not drop a solution: everything is computed from numbers of at most this size.
  const tolerance = 1e-12 * layers.length * (Math.abs(bound) + 2 * price * extraPes + 1);
  for (let gap = Math.max(1, price); ; gap *= 2) {
    const best = solve(kinds, cheapest, { extraPes, price, gap: gap + tolerance });
    if (best !== undefined && best.cycles <= bound + gap) return copiesOf(best);
  }
};

function kindsOf(layers: readonly DuplicableLayer[], extraPes: number): Kind[] {
  const kinds = new Map<string, Kind>();
  return layers.map(({ mvms, pesPerCopy }) => {
    const key = `${mvms} ${pesPerCopy}`;
    const kind = kinds.get(key) ?? { choices: choicesOf(mvms, pesPerCopy, extraPes), layers: 0 };
    kinds.set(key, kind);
    kind.layers += 1;
    return kind;
  });
}

/** The sensible numbers of copies of a layer that fit the budget, rising. */
export function choicesOf(mvms: number, pesPerCopy: number, extraPes: number): Choice[] {
  const choices: Choice[] = [];
  for (let copies = 1; ; ) {
    const pes = pesPerCopy * (copies - 1);
    if (pes > extraPes) return choices;
    const cycles = Math.ceil(mvms / copies);
    choices.push({ copies, pes, cycles });
    if (cycles === 1) return choices;
    copies = Math.ceil(mvms / (cycles - 1));
  }
}

/**
 * Cycles per PE for which the bound is highest: the slope of the convex hulls of all choices at the point
 * where the PEs run out when the steepest steps come first.
 */
function bestPrice(kinds: readonly Kind[], extraPes: number): number {
  const steps = kinds.flatMap(({ choices, layers }) =>
    hull(choices).flatMap((choice, i, corners) => {
      const before = corners[i - 1];
      if (before === undefined) return [];
      const pes = choice.pes - before.pes;
      return [{ pes: pes * layers, price: (before.cycles - choice.cycles) / pes }];
    }),
  );
  steps.sort((a, b) => b.price - a.price);
  let left = extraPes;
  for (const step of steps) {
    left -= step.pes;
    if (left < 0) return step.price;
  }
  return 0;
}

/** The corners of the lower convex hull of choices, which are in order of PEs. */
function hull(choices: readonly Choice[]): Choice[] {
  const corners: Choice[] = [];
  for (const choice of choices) {
    while (corners.length > 1 && !bendsUp(corners.at(-2)!, corners.at(-1)!, choice)) corners.pop();
    corners.push(choice);
  }
  return corners;
}

function bendsUp(a: Choice, b: Choice, c: Choice): boolean {
  return (a.cycles - b.cycles) * (c.pes - b.pes) > (b.cycles - c.cycles) * (b.pes - a.pes);
}

/** The best state over all layers that is within the gap, or undefined where there is none. */
function solve(
  kinds: readonly Kind[],
  cheapest: readonly number[],
  limit: { readonly extraPes: number; readonly price: number; readonly gap: number },
): State | undefined {
  const { extraPes, price, gap } = limit;
  let states: State[] = [END];
  let least = 0;
  for (let i = kinds.length - 1; i >= 0; i--) {
    least += cheapest[i]!;
    const candidates: State[] = [];
    for (const { copies, pes, cycles } of kinds[i]!.choices) {
      if (cycles + price * pes - cheapest[i]! > gap) continue;
      for (const next of states) {
        const state = { pes: pes + next.pes, cycles: cycles + next.cycles, copies, next };
        if (state.pes <= extraPes && state.cycles + price * state.pes - least <= gap) candidates.push(state);
      }
    }
    states = undominated(candidates);
  }
  return states.at(-1);
}

/** States of which no other has fewer PEs and cycles; in order of PEs, hence of falling cycles. */
function undominated(states: State[]): State[] {
  states.sort((a, b) => a.pes - b.pes || a.cycles - b.cycles || b.copies - a.copies);
  const kept: State[] = [];
  for (const state of states) {
    if (state.cycles < (kept.at(-1)?.cycles ?? Infinity)) kept.push(state);
  }
  return kept;
}

function copiesOf(first: State): number[] {
  const copies: number[] = [];
  for (let state = first; state.next !== undefined; state = state.next) copies.push(state.copies);
  return copies;
}
