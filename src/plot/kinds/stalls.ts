import type { StallCause, Stalls } from '../../picture/stalls.ts';
import { note, rowsOf } from '../frame.ts';
import type { Look } from '../look.ts';
import type { Stack } from '../stack.ts';
import { twoStacks } from '../two-stacks.ts';

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
  const left = { parts: partsOf(between!), title: 'between starts (cycles)' };
  const right = { parts: partsOf(queued!), title: 'sum over sets (cycles)' };
  return twoStacks(look, { names: layers, rows, left, right, leftShare: LEFT });
}

function partsOf(causes: readonly StallCause[]): Stack['parts'] {
  return causes.map(({ name, waitCycles }) => ({ label: `waits for ${name}`, values: waitCycles }));
}
