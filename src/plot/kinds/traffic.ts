import type { TrafficPart, TrafficPicture } from '../../picture/traffic.ts';
import { note, rowsOf } from '../frame.ts';
import type { Look } from '../look.ts';
import type { Stack } from '../stack.ts';
import { twoStacks } from '../two-stacks.ts';

/** Share of the width behind the names that the figure at the left takes. */
const LEFT = 0.5;

/** What spilled of each layer and came back, and its weights; beside it which way that took, where there are two. */
export function trafficPlot({ layers, parts, ways }: TrafficPicture, look: Look): Element {
  if (layers.length === 0)
    return note(look, 'Nothing of this simulation spills, and no weights are written.');
  const rows = rowsOf(look, layers);
  const left = { parts: partsOf(parts), title: 'traffic (bits)' };
  const right = { parts: partsOf(ways), title: 'by way (bits)' };
  return twoStacks(look, { names: layers, rows, left, right, leftShare: LEFT });
}

function partsOf(parts: readonly TrafficPart[]): Stack['parts'] {
  return parts.map(({ name, bits }) => ({ label: name, values: bits }));
}
