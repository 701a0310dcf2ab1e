import { areaY, lineY, ruleY } from '@observablehq/plot';
import type { Utilization } from '../../picture/utilization.ts';
import { axisHeight, figure, note, timeAxes, upAxis } from '../frame.ts';
import { niceTicks, tickLabel } from '../label.ts';
import { legendOf } from '../legend.ts';
import { COLOURS, type Look } from '../look.ts';

/** How many PEs run MVMs, over time. */
export function utilizationPlot(
  { cycles, cycleNs, binCycles, shares, share }: Utilization,
  look: Look,
): Element {
  if (!(share > 0)) return note(look, 'No PE runs an MVM.');
  const highest = shares.reduce((most, value) => Math.max(most, value), 0);
  const percent = (value: number) => `${tickLabel(value * 100)} %`;
  const up = upAxis(look, 'PEs that run an MVM', niceTicks(highest, 5), percent);
  const axis = axisHeight(look);
  const plotWidth = look.width - up.marginLeft - look.fontSize * 1.6;
  const steps = stepsOf({ shares, binCycles, cycles }, plotWidth);
  const style = { x: 'cycle', curve: 'step-after', stroke: COLOURS.blue } as const;
  const legend = legendOf(look, [
    { label: 'utilization of all PEs', colour: COLOURS.blue },
    { label: `mean ${percent(Number(share.toFixed(4)))}`, colour: COLOURS.vermilion, shape: 'dashes' },
  ]);
  return figure(look, {
    ...{ height: look.height, marginLeft: up.marginLeft, marginTop: axis, marginBottom: axis, legend },
    x: { domain: [0, cycles] },
    y: { domain: [0, highest] },
    marks: [
      areaY(steps, { x: 'cycle', y: 'share', curve: 'step-after', fill: COLOURS.blue, fillOpacity: 0.3 }),
      lineY(steps, { ...style, y: 'share', strokeWidth: look.line }),
      ruleY([share], {
        ...{ stroke: COLOURS.vermilion, strokeWidth: look.line },
        strokeDasharray: `${look.line * 3} ${look.line * 2}`,
      }),
      ruleY([0], { strokeWidth: look.thinLine }),
      up.mark,
      ...timeAxes(look, cycles, cycleNs, plotWidth),
    ],
  });
}

/** Bins, a few in one where there are more than pixels, and the end. */
function stepsOf(
  { shares, binCycles, cycles }: Pick<Utilization, 'shares' | 'binCycles' | 'cycles'>,
  most: number,
): { cycle: number; share: number }[] {
  const together = Math.max(1, Math.ceil(shares.length / most));
  const steps: { cycle: number; share: number }[] = [];
  const endOf = (bin: number) => Math.min((bin + 1) * binCycles, cycles);
  for (let first = 0; first < shares.length; first += together) {
    const last = Math.min(first + together, shares.length) - 1;
    const from = first * binCycles;
    let busy = 0;
    for (let bin = first; bin <= last; bin++) busy += shares[bin]! * (endOf(bin) - bin * binCycles);
    steps.push({ cycle: from, share: busy / (endOf(last) - from) });
  }
  return [...steps, { cycle: cycles, share: steps.at(-1)!.share }];
}
