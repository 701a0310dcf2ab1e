import type { TrafficPart, TrafficPicture } from '../../picture/traffic.ts';
import { beside, note, rowsOf } from '../frame.ts';
import { tickLabel } from '../label.ts';
import { legendOf } from '../legend.ts';
import type { Look } from '../look.ts';
import { type Stack, stackedBars, stackLegend } from '../stack.ts';

/** Share of the width behind the names that the figure at the left takes. */
const LEFT = 0.5;

/** What spilled of each layer and came back, and its weights; beside it which way that took, where there are two. */
export function trafficPlot({ layers, parts, ways }: TrafficPicture, look: Look): Element {
  if (layers.length === 0)
    return note(look, 'Nothing of this simulation spills, and no weights are written.');
  const rows = rowsOf(look, layers);
  const common = { names: layers, rows, isCounted: true, format: tickLabel, isWithoutLegend: true };
  const left: Stack = { ...common, parts: partsOf(parts), title: 'traffic (bits)' };
  const right: Stack = {
    ...{ ...common, parts: partsOf(ways), title: 'by way (bits)' },
    ...{ isUnnamed: true, firstColour: parts.length },
  };
  const legend = legendOf(look, [...stackLegend(left), ...stackLegend(right)]);
  if (ways.length === 0) return beside(look, [stackedBars(look, left)], legend);
  const width = rows.marginLeft + (look.width - rows.marginLeft) * LEFT;
  return beside(
    look,
    [stackedBars({ ...look, width }, left), stackedBars({ ...look, width: look.width - width }, right)],
    legend,
  );
}

function partsOf(parts: readonly TrafficPart[]): Stack['parts'] {
  return parts.map(({ name, bits }) => ({ label: name, values: bits }));
}
