/** PEs of one copy of a layer in every class of crossbars. */
export type PesByClass = readonly number[];

/** What the choice has to know of a class of crossbars. */
export interface ClassBudget {
  /** PEs of the chip. */
  readonly pes: number;
  /** Cells of one PE: rows times columns. */
  readonly cells: number;
}

/** So many choices are kept for the layers seen so far, and fewer where that would take more than some seconds. */
const MAX_STATES = 2 ** 14;
/** Every layer takes a time of about the number of states times the cube of the number of classes. */
const MAX_WORK = 2 ** 26;
/** A choice is compared with so many that were kept before it. With two classes one is enough. */
const LOOK_BACK = 8;

/**
 * Choices of classes for the layers seen so far, each told by the PEs that it takes of every class, which say how many
 * cells it takes, too. They are in lexicographic order.
 */
interface States {
  readonly count: number;
  /** `classes` numbers for each. */
  readonly taken: Int32Array;
  /** Class of the layer seen last, and which of the states without that layer this one goes on from. */
  readonly choices: Uint8Array;
  readonly befores: Int32Array;
}

/**
 * The class of every layer such that the PEs of every class suffice and as few cells as possible are taken (then as few
 * PEs). It goes over all choices, layer by layer, and drops those of which another one takes no more PEs of
 * any class. That is exact as long as no more than 2^14 are left (of more than 512 layers and two classes, or 150 layers
 * and three, fewer), so for two classes if one of them has fewer PEs than that. Otherwise it goes on with as
 * many of them, evenly chosen.
 *
 * @returns undefined where none was found; if the search was exact, there is none.
 */
export function searchCrossbars(
  layers: readonly PesByClass[],
  budgets: readonly ClassBudget[],
): number[] | undefined {
  const largest = layers.map((pes) => pes.reduce((most, some) => Math.max(most, some), 0));
  const order = layers.map((_, i) => i).sort((a, b) => largest[b]! - largest[a]! || a - b);
  const most = Math.min(MAX_STATES, Math.ceil(MAX_WORK / (layers.length * budgets.length ** 3)));
  let states: States = {
    count: 1,
    taken: new Int32Array(budgets.length),
    choices: new Uint8Array(1),
    befores: new Int32Array(1),
  };
  const trace: Pick<States, 'choices' | 'befores'>[] = [];
  for (const i of order) {
    states = thinned(withOneMore(states, layers[i]!, budgets), most, budgets.length);
    trace.push({ choices: states.choices, befores: states.befores });
  }
  if (states.count === 0) return undefined;
  const choice = layers.map(() => 0);
  let at = fewestCells(states, budgets);
  for (let step = order.length - 1; step >= 0; step--) {
    choice[order[step]!] = trace[step]!.choices[at]!;
    at = trace[step]!.befores[at]!;
  }
  return choice;
}

/**
 * All states with one layer more that fit, but those of which another one takes no more PEs of any class. Each class
 * makes a run of states that are in order already; these are merged.
 */
function withOneMore({ count, taken }: States, pes: PesByClass, budgets: readonly ClassBudget[]): States {
  const classes = budgets.length;
  const more = new Int32Array(count * classes * classes);
  const choices = new Uint8Array(count * classes);
  const befores = new Int32Array(count * classes);
  const heads = new Int32Array(classes);
  let kept = 0;
  for (;;) {
    let first = -1;
    for (let k = 0; k < classes; k++) {
      while (heads[k]! < count && taken[heads[k]! * classes + k]! + pes[k]! > budgets[k]!.pes) heads[k]!++;
      if (heads[k]! < count && (first < 0 || isBefore(taken, pes, heads, k, first))) first = k;
    }
    if (first < 0) break;
    const before = heads[first]!++;
    for (let k = 0; k < classes; k++) {
      more[kept * classes + k] = taken[before * classes + k]! + (k === first ? pes[k]! : 0);
    }
    choices[kept] = first;
    befores[kept] = before;
    if (!isDominated(more, kept, classes)) kept++;
  }
  return { count: kept, taken: more, choices: choices.slice(0, kept), befores: befores.slice(0, kept) };
}

/** True where the next state of class `a` comes before the next one of class `b`. */
function isBefore(taken: Int32Array, pes: PesByClass, heads: Int32Array, a: number, b: number): boolean {
  const classes = heads.length;
  for (let k = 0; k < classes; k++) {
    const ofA = taken[heads[a]! * classes + k]! + (k === a ? pes[k]! : 0);
    const ofB = taken[heads[b]! * classes + k]! + (k === b ? pes[k]! : 0);
    if (ofA !== ofB) return ofA < ofB;
  }
  return false;
}

/** True where one of the states shortly before the last one takes no more PEs of any class. */
function isDominated(taken: Int32Array, last: number, classes: number): boolean {
  for (let other = last - 1; other >= 0 && other >= last - LOOK_BACK; other--) {
    let k = 0;
    while (k < classes && taken[other * classes + k]! <= taken[last * classes + k]!) k++;
    if (k === classes) return true;
  }
  return false;
}

/** At most so many states, evenly chosen, with both ends. */
function thinned(states: States, most: number, classes: number): States {
  const { count, taken, choices, befores } = states;
  if (count <= most) return states;
  const step = most === 1 ? 0 : (count - 1) / (most - 1);
  const chosen = Int32Array.from({ length: most }, (_, i) => Math.floor(i * step));
  return {
    count: most,
    taken: Int32Array.from({ length: most * classes }, (_, at) => {
      const i = Math.floor(at / classes);
      return taken[chosen[i]! * classes + (at % classes)]!;
    }),
    choices: Uint8Array.from(chosen, (i) => choices[i]!),
    befores: Int32Array.from(chosen, (i) => befores[i]!),
  };
}

/** The state that takes the fewest cells; of several the fewest PEs, then the first. */
function fewestCells({ count, taken }: States, budgets: readonly ClassBudget[]): number {
  let best = 0;
  let least = [Infinity, Infinity];
  for (let i = 0; i < count; i++) {
    const pes = budgets.map((_, k) => taken[i * budgets.length + k]!);
    const cells = pes.reduce((sum, own, k) => sum + own * budgets[k]!.cells, 0);
    const all = pes.reduce((sum, own) => sum + own, 0);
    if (cells > least[0]! || (cells === least[0]! && all >= least[1]!)) continue;
    best = i;
    least = [cells, all];
  }
  return best;
}
