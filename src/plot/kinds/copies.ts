import { barX, ruleX, text } from '@observablehq/plot';
import type { CopiesPicture } from '../../picture/copies.ts';
import { acrossAxis, axisHeight, figure, note, rowsOf } from '../frame.ts';
import { wholeTicks } from '../label.ts';
import { legendOf } from '../legend.ts';
import { COLOURS, type Look } from '../look.ts';

/** PEs and copies of each layer, and the bottleneck. */
export function copiesPlot({ layers, bottleneck }: CopiesPicture, look: Look): Element {
  if (layers.length === 0) return note(look, 'No layer of this network has weights.');
  const rows = rowsOf(
    look,
    layers.map(({ name }) => name),
  );
  const bars = layers.map(({ pes, copies }, row) => ({ row, copies, first: pes, all: pes * copies }));
  const most = bars.reduce((highest, { all }) => Math.max(highest, all), 0);
  const legend = legendOf(look, [
    { label: 'PEs of one copy', colour: COLOURS.blue },
    { label: 'PEs of further copies', colour: COLOURS.sky },
    { label: 'bottleneck', colour: COLOURS.vermilion, shape: 'dot' },
  ]);
  const hasSpace = rows.height / layers.length >= look.fontSize;
  return figure(look, {
    height: rows.height + axisHeight(look) + look.fontSize,
    ...{ marginLeft: rows.marginLeft, marginTop: look.fontSize, marginBottom: axisHeight(look) },
    marginRight: look.fontSize * 3,
    legend,
    x: { domain: [0, most] },
    y: rows.scale,
    marks: [
      barX(bars, { x1: 0, x2: 'first', y: 'row', fill: COLOURS.blue }),
      barX(bars, { x1: 'first', x2: 'all', y: 'row', fill: COLOURS.sky }),
      bottleneckMark(look, bars[bottleneck]!, hasSpace),
      hasSpace
        ? text(
            bars.filter(({ copies, row }) => copies > 1 && row !== bottleneck),
            {
              x: 'all',
              y: 'row',
              text: ({ copies }) => `${copies}x`,
              textAnchor: 'start',
              dx: look.fontSize / 3,
            },
          )
        : null,
      ruleX([0], { strokeWidth: look.thinLine }),
      rows.axis,
      acrossAxis(look, 'PEs', wholeTicks(most, 5)),
    ],
  });
}

/** A dot behind the bar, and its copies. */
function bottleneckMark(look: Look, bar: { row: number; copies: number; all: number }, hasSpace: boolean) {
  return text([bar], {
    ...{ x: 'all', y: 'row', textAnchor: 'start', dx: look.fontSize / 3, fill: COLOURS.vermilion },
    text: ({ copies }) => (hasSpace ? `● ${copies}x` : '●'),
  });
}
