import type { IndexedGraph, SimulationGraph } from '../model/graph.ts';
import type { Topology } from '../model/topology.ts';
import { bitHops, Trees } from './cost.ts';
import { snakeOrder } from './placement.ts';
import { type Traffic, trafficOf } from './traffic.ts';

/** How a placement is searched for. */
export interface PlacementSearch {
  /** Another seed finds another placement, the same one the same; 1 by default. */
  readonly seed?: number | undefined;
}

/** Swaps that are tried, per tile in use and at most; more find little. */
const SWAPS_PER_TILE = 4000;
const MAX_SWAPS = 200_000;
/** The search ends when it has looked at so many tiles, so that large multicasts on large meshes end, too. */
const MAX_STEPS = 30_000_000;
/** Where routes cannot be kept, which take the square of this, nothing is searched. */
const MAX_TILES = 4096;
/** At first a swap may make things worse by so many times what a tile in use costs in the mean. Found by trial. */
const FIRST_TOLERANCE = 4;
/** Share of the swaps that go anywhere; others bring something next to what it talks to. */
const ANYWHERE = 0.1;

/**
 * A graph whose copies lie such that fewer bits go over fewer links than along the snake, or along the snake where
 * nothing better is found; and the order in which they take tiles.
 *
 * @param placed The same graph with copies that take tiles in this order; along the snake by default.
 */
export function optimisedGraph(
  placed: (order?: readonly number[]) => IndexedGraph,
  topology: Topology,
  search?: PlacementSearch,
): { readonly graph: IndexedGraph; readonly order: readonly number[] } {
  const graph = placed();
  const snake = snakeOrder(topology);
  if (topology.tiles === 1) return { graph, order: snake };
  const order = optimisedOrder(graph, snake, search);
  if (order === snake) return { graph, order };
  const optimised = placed(order);
  return bitHops(optimised) < bitHops(graph) ? { graph: optimised, order } : { graph, order: snake };
}

/**
 * Moves what lies on tiles, all that one tile has together, such that fewer bits go over fewer links: threshold
 * accepting, which tries swaps of two tiles in random order and takes those that make it better, or worse by a
 * tolerance that falls to nothing. Deterministic, and bounded by the number of swaps, not by time.
 *
 * @param graph A graph whose copies take tiles in the order `order`, such as the snake.
 * @returns An order in which copies take tiles, for the option `placement`: `order` itself where nothing better
 * was found.
 */
function optimisedOrder(
  graph: SimulationGraph,
  order: readonly number[],
  { seed = 1 }: PlacementSearch = {},
): readonly number[] {
  if (graph.chip.tiles > MAX_TILES) return order;
  const swapper = new Swapper(graph, trafficOf(graph));
  if (swapper.used.length === 0) return order;
  const tileOf = search(swapper, seed);
  return tileOf === undefined ? order : order.map((tile) => tileOf[tile]!);
}

/** For every tile where to go what lies there; undefined where nothing is better. */
function search(swapper: Swapper, seed: number): Int32Array | undefined {
  const random = randomNumbers(seed);
  const swaps = Math.min(MAX_SWAPS, SWAPS_PER_TILE * swapper.used.length);
  const start = swapper.cost;
  const firstTolerance = (FIRST_TOLERANCE * start) / swapper.used.length;
  let bestCost = start;
  let best: Int32Array | undefined;
  for (let i = 0; i < swaps && swapper.steps < MAX_STEPS; i++) {
    const progress = Math.max(i / swaps, swapper.steps / MAX_STEPS);
    const tolerance = firstTolerance * (1 - progress) ** 2 * random();
    const endpoint = swapper.used[Math.floor(random() * swapper.used.length)]!;
    const tile = random() < ANYWHERE ? swapper.anyTile(random) : swapper.tileNearPartner(endpoint, random);
    swapper.trySwap(endpoint, swapper.endpointOn(tile), tolerance);
    // Costs are integers below 2^53, so that differences add up exactly.
    if (swapper.cost < bestCost) {
      bestCost = swapper.cost;
      best = swapper.tiles();
    }
  }
  return best;
}

/** Where everything is, what that costs, and what a swap would change. */
class Swapper {
  /** Endpoints that something goes from or to. */
  readonly used: readonly number[];
  /** Bits times links. */
  cost = 0;
  readonly #graph: SimulationGraph;
  readonly #traffic: readonly Traffic[];
  readonly #trees: Trees;
  /** Per traffic: links of its tree. */
  readonly #links: Int32Array;
  /** Per endpoint: the traffic that has an end there. */
  readonly #touching: readonly (readonly number[])[];
  /** Place below `chip.tiles` of every tile. */
  readonly #endpointOn: Int32Array;
  /** Per tile: those that a link leads to. */
  readonly #neighbours: readonly (readonly number[])[];

  constructor(graph: SimulationGraph, traffic: readonly Traffic[]) {
    const { tiles, links } = graph.chip;
    this.#graph = graph;
    this.#traffic = traffic;
    this.#trees = new Trees(graph.chip);
    this.#endpointOn = Int32Array.from({ length: tiles }, (_, tile) => tile);
    this.#links = Int32Array.from(traffic, (one) => this.#trees.links(one));
    this.cost = traffic.reduce((sum, { bits }, i) => sum + bits * this.#links[i]!, 0);
    const touching = Array.from({ length: tiles }, (): number[] => []);
    traffic.forEach(({ from, to }, i) => {
      for (const endpoint of [from, ...to]) touching[endpoint]?.push(i);
    });
    this.#touching = touching;
    this.used = touching.flatMap((list, endpoint) => (list.length > 0 ? [endpoint] : []));
    const neighbours = Array.from({ length: tiles }, (): number[] => []);
    for (const [from, to] of links) neighbours[from]!.push(to);
    this.#neighbours = neighbours;
  }

  /** Tiles looked at so far. */
  get steps(): number {
    return this.#trees.steps;
  }

  /** Tile of every endpoint. */
  tiles(): Int32Array {
    return this.#trees.tileOf.slice(0, this.#graph.chip.tiles);
  }

  endpointOn(tile: number): number {
    return this.#endpointOn[tile]!;
  }

  anyTile(random: () => number): number {
    return Math.floor(random() * this.#graph.chip.tiles);
  }

  /** A tile that has a link from one that something goes to, or comes from, here. */
  tileNearPartner(endpoint: number, random: () => number): number {
    const { from, to } = this.#traffic[oneOf(this.#touching[endpoint]!, random)!]!;
    const partner = this.#trees.tileOf[endpoint === from ? oneOf(to, random)! : from]!;
    return oneOf(this.#neighbours[partner]!, random) ?? partner;
  }

  /** Swaps the tiles of two endpoints, if that costs at most `tolerance` more. */
  trySwap(a: number, b: number, tolerance: number): void {
    if (a === b) return;
    this.#swap(a, b);
    const touched = this.#touched(a, b);
    const links = touched.map((i) => this.#trees.links(this.#traffic[i]!));
    const more = touched.reduce(
      (sum, i, at) => sum + this.#traffic[i]!.bits * (links[at]! - this.#links[i]!),
      0,
    );
    if (more > tolerance) {
      this.#swap(a, b);
      return;
    }
    this.cost += more;
    touched.forEach((i, at) => {
      this.#links[i] = links[at]!;
    });
  }

  #swap(a: number, b: number): void {
    const { tileOf } = this.#trees;
    const tile = tileOf[a]!;
    tileOf[a] = tileOf[b]!;
    tileOf[b] = tile;
    this.#endpointOn[tileOf[a]!] = a;
    this.#endpointOn[tile] = b;
  }

  #touched(a: number, b: number): readonly number[] {
    const [one, other] = [this.#touching[a]!, this.#touching[b]!];
    if (one.length === 0 || other.length === 0) return one.length === 0 ? other : one;
    return [...new Set([...one, ...other])];
  }
}

function oneOf<T>(list: readonly T[], random: () => number): T | undefined {
  return list[Math.floor(random() * list.length)];
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
