import type { EnergyPicture } from '../../picture/energy.ts';
import { note } from '../frame.ts';
import { quantityOf } from '../label.ts';
import type { Look } from '../look.ts';
import { stackedBars } from '../stack.ts';

/** So many components have a colour of their own; the smallest of more are one. */
const COLOURED = 7;

/** Where the energy goes, by layer and component. */
export function energyPlot({ components, rows }: EnergyPicture, look: Look): Element {
  const present = components
    .filter(({ energyPj }) => energyPj > 0)
    .toSorted((a, b) => b.energyPj - a.energyPj);
  if (present.length === 0) {
    return note(
      look,
      'The architecture has no figures of energy: give those of its chip, such as mvmEnergyPj.',
    );
  }
  const shown = present.length > COLOURED ? present.slice(0, COLOURED - 1) : present;
  const others = present.slice(shown.length);
  const parts = [
    ...shown.map(({ name, byRowPj }) => ({ label: name, values: byRowPj })),
    ...(others.length === 0
      ? []
      : [
          {
            label: 'others',
            values: rows.map((_, row) => others.reduce((sum, { byRowPj }) => sum + byRowPj[row]!, 0)),
          },
        ]),
  ];
  const totals = rows.map((_, row) => parts.reduce((sum, { values }) => sum + values[row]!, 0));
  const { title, format } = quantityOf(
    'energyPj',
    totals.reduce((most, total) => Math.max(most, total), 0),
  );
  return stackedBars(look, { names: rows, parts, title, format });
}
