import type { MissingValue } from '../execute/layer-machine.ts';
import { oneLine } from '../input/show.ts';
import { readTime, type TimedNode, type TimedResidency, type Timeline } from './timeline.ts';

/**
 * What is wrong with a timeline: a set reads what no set has produced (`poison`) or what is of another inference (`stale`),
 * its copy is not written (`residency`) or runs another set (`copy`), there are more PEs taken than there are (`capacity`),
 * PEs do not hold the weights of a layer (`weights`), are written faster than that can be (`writing`), or times make no
 * sense (`times`).
 */
export type FaultKind =
  | 'poison'
  | 'stale'
  | 'residency'
  | 'copy'
  | 'capacity'
  | 'weights'
  | 'writing'
  | 'times';

/** A timeline does not compute its network. That is a bug of ours, or planted by a test. */
export class TimelineFault extends Error {
  /** @internal */
  constructor(
    /** What is wrong. */
    readonly kind: FaultKind,
    message: string,
  ) {
    super(message);
  }
}

/** A set and the cycle in which it is looked at, in words. */
export function setInWords(node: TimedNode, k: number, cycle: number): string {
  return `layer ${oneLine(node.name)}, ${numbered(node, k)} (${extent(node, k)}), cycle ${cycle}`;
}

/** A copy on the chip, or all those of a group, in words. */
export function copyInWords({ copy, group }: TimedResidency): string {
  return copy < 0 ? `the copies of group ${group}` : `copy ${copy} of group ${group}`;
}

/** The fault of a set that reads something which has not been computed: it names both sets. */
export function missing(timeline: Timeline, node: TimedNode, k: number, missed: MissingValue): TimelineFault {
  const cycle = readTime(node, k);
  const inference = Math.floor(k / node.sets);
  return missingValue(timeline, missed, { inference, cycle, reads: `${setInWords(node, k, cycle)}: reads` });
}

/** The fault of an inference that lacks something when all its sets are finished; it names the one that is finished last. */
export function missingAtEnd(
  timeline: Timeline,
  node: TimedNode,
  k: number,
  missed: MissingValue,
): TimelineFault {
  const cycle = node.finish(k);
  const inference = Math.floor(k / node.sets);
  const reads = `all sets of inference ${inference} are finished with ${setInWords(node, k, cycle)}: its outputs read`;
  return missingValue(timeline, missed, { inference, cycle, reads });
}

/** Who reads what is not there, for which inference. */
interface Reader {
  readonly inference: number;
  readonly cycle: number;
  readonly reads: string;
}

function missingValue(timeline: Timeline, missed: MissingValue, reader: Reader): TimelineFault {
  const { layer, position, found } = missed;
  const { inference, cycle } = reader;
  const index = timeline.network.layers.findIndex(({ name }) => name === layer);
  const width = timeline.network.layers[index]?.shape.width ?? 1;
  const where = `row ${Math.floor(position / width)}, column ${position % width} of layer ${oneLine(layer)}`;
  const producer = producerOf(timeline, index, position, inference, cycle);
  const reads = `${reader.reads} ${where}`;
  if (found < 0)
    return new TimelineFault(
      'poison',
      `${reads}, which ${producer === undefined ? 'no set produces' : `${producer} has not produced`}`,
    );
  return new TimelineFault(
    'stale',
    `${reads}, which holds the value of inference ${found}: ${producer ?? 'a set that is not there'} has not produced that of inference ${inference}`,
  );
}

/** The set that produces a position: of slices the one that is finished last; undefined where none does. */
function producerOf(
  { nodes }: Timeline,
  layer: number,
  position: number,
  inference: number,
  cycle: number,
): string | undefined {
  let latest: { node: TimedNode; k: number } | undefined;
  for (const node of nodes) {
    if (node.layer !== layer) continue;
    for (let k = inference * node.sets; k < (inference + 1) * node.sets; k++) {
      if (!node.positions(k).includes(position)) continue;
      if (latest === undefined || node.finish(k) > latest.node.finish(latest.k)) latest = { node, k };
    }
  }
  if (latest === undefined) return undefined;
  const { node, k } = latest;
  const times = `cycles ${node.start(k)} to ${node.finish(k)}`;
  const slice = node.slices === 1 ? '' : ` of ${oneLine(node.name)}`;
  // A set that is finished by now has lost its value, or has been given away.
  const late = node.finish(k) > cycle ? '' : ', though it is finished,';
  return `${numbered(node, k)}${slice} (${times})${late}`;
}

/** A set by its number. */
export function numbered({ sets }: TimedNode, k: number): string {
  return `set ${k % sets} of inference ${Math.floor(k / sets)}`;
}

/** The rows and columns of a set, whose positions may have gaps. */
function extent({ ofm, positions }: TimedNode, k: number): string {
  const own = positions(k);
  let [top, bottom, left, right] = [Infinity, -1, Infinity, -1];
  for (const position of own) {
    const [y, x] = [Math.floor(position / ofm.width), position % ofm.width];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
  }
  return `rows ${top}-${bottom}, columns ${left}-${right}`;
}
