import { barX, ruleX } from '@observablehq/plot';
import type { Utilization } from '../../picture/utilization.ts';
import { acrossAxis, axisHeight, figure, note, rowsOf } from '../frame.ts';
import { niceTicks, tickLabel } from '../label.ts';
import { COLOURS, type Look } from '../look.ts';

/** How much of the time the PEs of each layer run MVMs. */
export function layerUtilizationPlot({ layers }: Utilization, look: Look): Element {
  const highest = layers.reduce((most, { share }) => Math.max(most, share), 0);
  if (highest === 0) return note(look, 'No PE runs an MVM.');
  const rows = rowsOf(
    look,
    layers.map(({ name }) => name),
  );
  return figure(look, {
    height: rows.height + axisHeight(look) + look.fontSize,
    ...{ marginLeft: rows.marginLeft, marginTop: look.fontSize, marginBottom: axisHeight(look) },
    x: { domain: [0, highest] },
    y: rows.scale,
    marks: [
      barX(layers, { x: 'share', y: (_, row) => row, fill: COLOURS.blue }),
      ruleX([0], { strokeWidth: look.thinLine }),
      rows.axis,
      acrossAxis(look, 'share of the time in which its PEs run an MVM', niceTicks(highest, 5), {
        format: (value) => `${tickLabel(value * 100)} %`,
      }),
    ],
  });
}
