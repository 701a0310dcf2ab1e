/** What is told where nothing can happen any more, though sets are left. */
import type { Deadlock } from './result.ts';
import type { Sending } from './sending.ts';
import type { SetOf } from './sets.ts';
import type { Starting } from './starting.ts';
import type { State } from './state.ts';

/** Who waits at the end, and for what; undefined where all is done. */
export function deadlockOf(state: State, starting: Starting, sending: Sending): Deadlock | undefined {
  const { graph, start, now } = state;
  const sets = graph.nodes.flatMap((_, node) => {
    const of = starting.next(node) ?? { node, set: start[node]!.indexOf(-1) };
    return of.set < 0 ? [] : [waitingSet(state, starting, of)];
  });
  const messages = sending.ready.flatMap(([first]) => {
    if (first === undefined) return [];
    const full = state.inputRooms(first).filter(({ charge }) => charge === undefined);
    return [{ ...first, tiles: full.map(({ tile }) => tile).sort((a, b) => a - b) }];
  });
  if (sets.length + messages.length === 0) return undefined;
  const full = new Set(messages.flatMap(({ tiles }) => tiles));
  const fullBuffers = [...full].sort((a, b) => a - b).map((tile) => ({ tile, holds: holds(state, tile) }));
  return { cycle: now, sets, messages, fullBuffers };
}

function waitingSet(state: State, starting: Starting, of: SetOf): Deadlock['sets'][number] {
  const { graph, sets } = state;
  const waitsFor = starting.waitsFor(of)!;
  if (waitsFor === 'output room') return { ...of, waitsFor, tile: sets.home(of) };
  if (waitsFor === 'layer before' || waitsFor === 'weights') return { ...of, waitsFor };
  const edges = graph.edges.filter(({ to }) => to === of.node);
  const missing = edges.find((edge) =>
    sets.readsAlong(edge, of.set).some((value) => !state.isHere(value, of)),
  );
  return { ...of, waitsFor, source: missing!.from };
}

/** Bits of every node in the input buffer of a tile. */
function holds({ graph, sets, input }: State, tile: number): { node: number; bits: number }[] {
  return graph.nodes.flatMap((_, node) => {
    let bits = 0;
    for (let set = 0; set < sets.count(node); set++) bits += input.bitsOf({ node, set }, tile);
    return bits === 0 ? [] : [{ node, bits }];
  });
}
