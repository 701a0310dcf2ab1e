import { lineY } from '@observablehq/plot';
import type { SearchPicture, SearchPoint } from '../../picture/search.ts';
import { acrossAxis, axisHeight, figure, note, upAxis } from '../frame.ts';
import { niceTicks, quantityOf } from '../label.ts';
import { legendOf } from '../legend.ts';
import { COLOURS, type Look } from '../look.ts';

/** Best and bound of a search over its evaluations. */
export function searchPlot({ metric, evaluations, best, bound }: SearchPicture, look: Look): Element {
  if (best.length === 0) return note(look, 'No copies were looked at.');
  const values = [...best, ...bound].map(({ value }) => value);
  const highest = values.reduce((most, value) => Math.max(most, value));
  const lowest = values.reduce((least, value) => Math.min(least, value));
  const top = highest + (highest - lowest || highest) * 0.05;
  // From 0 where the change would look larger than it is.
  const from = lowest < highest * 0.6 ? 0 : lowest - (highest - lowest || highest) * 0.1;
  const { title, format } = quantityOf(metric, highest);
  const up = upAxis(look, title, niceTicks(top, 5, from), format);
  const axis = axisHeight(look);
  const plotWidth = look.width - up.marginLeft - look.fontSize * 1.6;
  const end = Math.max(2, evaluations);
  const steps = { x: 'evaluations', y: 'value', curve: 'step-after' } as const;
  const legend = legendOf(look, [
    { label: 'best that was found', colour: COLOURS.blue, shape: 'line' },
    ...(bound.length === 0
      ? []
      : [{ label: 'bound: none is better', colour: COLOURS.vermilion, shape: 'dashes' } as const]),
  ]);
  return figure(look, {
    ...{
      height: look.height,
      marginLeft: up.marginLeft,
      marginTop: look.fontSize,
      marginBottom: axis,
      legend,
    },
    x: { domain: [0, end] },
    y: { domain: [from, top] },
    marks: [
      lineY(until(best, end), { ...steps, stroke: COLOURS.blue, strokeWidth: look.line * 1.5 }),
      lineY(until(bound, end), {
        ...{ ...steps, stroke: COLOURS.vermilion, strokeWidth: look.line * 1.5 },
        strokeDasharray: `${look.line * 3} ${look.line * 2}`,
      }),
      up.mark,
      acrossAxis(look, 'copies that were looked at', niceTicks(end, plotWidth / (look.fontSize * 6))),
    ],
  });
}

/** The points, the last of which holds until the end. */
function until(points: readonly SearchPoint[], end: number): readonly SearchPoint[] {
  const last = points.at(-1);
  return last === undefined ? [] : [...points, { evaluations: end, value: last.value }];
}
