import { type ClassBudget, type PesByClass, searchCrossbars } from './search-crossbars.ts';

/**
 * A class of crossbars for every layer, such that as few cells as possible are taken and the PEs of every class
 * suffice.
 *
 * Where every layer fits into the class that it takes the fewest cells of, that is it (on a tie: of
 * which it takes the fewest PEs, then the first).
 * Otherwise {@link searchCrossbars} finds the best choice, exactly unless there are more possibilities than
 * it can keep; as it may miss the best choice then, or the only one, what it finds is improved by moving one
 * layer at a time.
 *
 * @returns The number of its class for every layer. Where none was found that fits, one that lacks few PEs.
 */
export function chooseCrossbars(
  layers: readonly PesByClass[],
  budgets: readonly ClassBudget[],
): readonly number[] {
  const favourites = layers.map((pes) => favourite(pes, budgets));
  if (missingCells(pesTaken(layers, favourites, budgets.length), budgets) === 0) return favourites;
  return improved(layers, budgets, searchCrossbars(layers, budgets) ?? favourites);
}

/** The class of which a layer takes the fewest cells; of several the fewest PEs, then the first. */
export function favourite(pes: PesByClass, budgets: readonly ClassBudget[]): number {
  const cells = (k: number) => budgets[k]!.cells * pes[k]!;
  return budgets.reduce((best, _, k) => {
    const order = cells(k) - cells(best) || pes[k]! - pes[best]!;
    return order < 0 ? k : best;
  }, 0);
}

/** PEs that a choice takes of every class. */
export function pesTaken(
  layers: readonly PesByClass[],
  choice: readonly number[],
  classes: number,
): number[] {
  const taken = new Array<number>(classes).fill(0);
  layers.forEach((pes, i) => {
    taken[choice[i]!]! += pes[choice[i]!]!;
  });
  return taken;
}

/** Cells of the PEs that are not there. */
function missingCells(taken: readonly number[], budgets: readonly ClassBudget[]): number {
  return budgets.reduce((sum, { pes, cells }, k) => sum + Math.max(0, taken[k]! - pes) * cells, 0);
}

/**
 * Moves one layer at a time to another class, as long as fewer cells are missing then, or as many are missing and
 * fewer are taken. First come those that take the fewest cells more for each one that is not missing any more.
 */
function improved(
  layers: readonly PesByClass[],
  budgets: readonly ClassBudget[],
  first: readonly number[],
): number[] {
  const choice = [...first];
  // Every move makes it better, so this ends; the bound is for numbers too large to be exact.
  for (let moves = 0; moves < 4 * layers.length * budgets.length; moves++) {
    const move = bestMove(layers, budgets, choice);
    if (move === undefined) break;
    choice[move.layer] = move.to;
  }
  return choice;
}

function bestMove(layers: readonly PesByClass[], budgets: readonly ClassBudget[], choice: readonly number[]) {
  const taken = pesTaken(layers, choice, budgets.length);
  const over = (k: number, pes: number) => Math.max(0, pes - budgets[k]!.pes) * budgets[k]!.cells;
  let best: { readonly layer: number; readonly to: number } | undefined;
  let bestPrice = Infinity;
  layers.forEach((pes, layer) => {
    const from = choice[layer]!;
    for (let to = 0; to < budgets.length; to++) {
      if (to === from) continue;
      const missing =
        over(from, taken[from]! - pes[from]!) -
        over(from, taken[from]!) +
        over(to, taken[to]! + pes[to]!) -
        over(to, taken[to]!);
      const cells = budgets[to]!.cells * pes[to]! - budgets[from]!.cells * pes[from]!;
      if (missing > 0 || (missing === 0 && cells >= 0)) continue;
      // What only saves cells comes last.
      const price = missing < 0 ? cells / -missing : Number.MAX_SAFE_INTEGER + cells;
      if (price >= bestPrice) continue;
      bestPrice = price;
      best = { layer, to };
    }
  });
  return best;
}
