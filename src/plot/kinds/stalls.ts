import type { StallCause, Stalls } from '../../picture/stalls.ts';
import { beside, note, rowsOf } from '../frame.ts';
import { tickLabel } from '../label.ts';
import { legendOf } from '../legend.ts';
import type { Look } from '../look.ts';
import { type Stack, stackedBars, stackLegend } from '../stack.ts';

/** Share of the width behind the names that the figure at the left takes. */
const LEFT = 0.44;

/** What each layer waited for: at the left the time between its starts, at the right what sets and messages waited. */
export function stallsPlot({ layers, causes }: Stalls, look: Look): Element {
  const present = causes.filter(({ waitCycles }) => waitCycles.some((cycles) => cycles > 0));
  if (present.length === 0) return note(look, 'No layer of this simulation waits for anything.');
  const [between, queued] = [true, false].map((which) =>
    present.filter((cause) => cause.isBetweenStarts === which),
  );
  const rows = rowsOf(look, layers);
  const common = { names: layers, rows, isCounted: true, format: tickLabel, isWithoutLegend: true };
  const left: Stack = { ...common, parts: partsOf(between!), title: 'between starts (cycles)' };
  const right: Stack = {
    ...{ ...common, parts: partsOf(queued!), title: 'sum over sets (cycles)' },
    ...{ isUnnamed: true, firstColour: between!.length },
  };
  const legend = legendOf(look, [...stackLegend(left), ...stackLegend(right)]);
  if (queued!.length === 0) return beside(look, [stackedBars(look, left)], legend);
  const width = rows.marginLeft + (look.width - rows.marginLeft) * LEFT;
  return beside(
    look,
    [stackedBars({ ...look, width }, left), stackedBars({ ...look, width: look.width - width }, right)],
    legend,
  );
}

function partsOf(causes: readonly StallCause[]): Stack['parts'] {
  return causes.map(({ name, waitCycles }) => ({ label: `waits for ${name}`, values: waitCycles }));
}
