import type { Energy, Simulation } from '../simulate/index.ts';

/** Where the energy of a simulation goes. All of it is of the whole batch. */
export interface EnergyPicture {
  /** Sum of all parts; null where nothing is known. */
  readonly totalPj: number | null;
  /** What takes it. */
  readonly components: readonly EnergyComponent[];
  /** Layers and inputs that take some, in the order of the file, and the chip for what no layer takes. */
  readonly rows: readonly string[];
  /** Components that the architecture has no figures of. */
  readonly missing: readonly string[];
}

/** Something that takes energy. */
export interface EnergyComponent {
  /** As in {@link Energy.parts}. */
  readonly name: string;
  /** Of all rows together. */
  readonly energyPj: number;
  /** By row. */
  readonly byRowPj: readonly number[];
}

/** The row of what no layer takes, such as leakage. */
export const CHIP_ROW = 'chip';

/** Energy by component and layer. */
export function energyPictureOf({ energyPj, layers, inputs }: Simulation): EnergyPicture {
  const own: { name: string; energyPj: Energy }[] = [...inputs, ...layers].filter(
    (row) => (row.energyPj.total ?? 0) > 0,
  );
  const components = Object.entries(energyPj.parts).map(([name, total]): EnergyComponent => {
    const ofRows = own.map((row) => row.energyPj.parts[name] ?? 0);
    const ofLayers = ofRows.reduce((sum, value) => sum + value, 0);
    // What is left of a sum that is rounded is none.
    const ofChip = total - ofLayers > total * 1e-9 ? total - ofLayers : 0;
    return { name, energyPj: total, byRowPj: [...ofRows, ofChip] };
  });
  const isOfChip = components.some(({ byRowPj }) => byRowPj.at(-1)! > 0);
  return {
    ...{ totalPj: energyPj.total, missing: energyPj.missing },
    components: isOfChip
      ? components
      : components.map((component) => ({ ...component, byRowPj: component.byRowPj.slice(0, -1) })),
    rows: [...own.map(({ name }) => name), ...(isOfChip ? [CHIP_ROW] : [])],
  };
}
