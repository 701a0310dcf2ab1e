import { pesByClass } from './crossbar.ts';
import { type AnyArchitecture, normalArchitecture } from './normal-architecture.ts';

/** Areas in mm². */
export interface Area {
  /** Sum of the parts, which is less than the area of the chip where some are missing; null where nothing but zeros is known. */
  readonly total: number | null;
  /** Only those that the chip has figures for. */
  readonly parts: Readonly<Record<string, number>>;
  /** Parts that every chip has and this one has no figure for. */
  readonly missing: readonly string[];
  /** The part `pes` by class of crossbars; only where a chip has several. */
  readonly crossbars?: Readonly<Record<string, number>>;
}

/** The area of a chip of so many tiles with the PEs of a mapping, used or not (docs/simulation.md section 8). */
export function areaOf(
  architecture: AnyArchitecture,
  { totalPes }: { readonly totalPes: number },
  tiles: number,
): Area {
  const { chip, crossbars } = normalArchitecture(architecture);
  const parts: Record<string, number> = {};
  const missing = new Set<string>();
  const pesParts: Record<string, number> = {};
  const add = (part: string, figure: number | undefined, count: number) => {
    if (figure === undefined) missing.add(part);
    else parts[part] = (parts[part] ?? 0) + figure * count;
  };
  const pes = pesByClass(crossbars, totalPes);
  crossbars.classes.forEach(({ name, peAreaMm2 }, k) => {
    add('pes', peAreaMm2, pes[k]!);
    if (peAreaMm2 !== undefined) pesParts[name] = peAreaMm2 * pes[k]!;
  });
  add('buffers', chip.bufferAreaMm2, tiles);
  add('gpeus', chip.gpeuAreaMm2, tiles);
  add('routers', chip.routerAreaMm2, tiles);
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return {
    total: total === 0 && missing.size > 0 ? null : total,
    parts,
    missing: [...missing],
    ...(crossbars.classes.length > 1 && parts.pes !== undefined ? { crossbars: pesParts } : {}),
  };
}

/**
 * Cells of all PEs of a chip, used or not: Σ PEs · rows · columns. Other than PEs they can be compared where crossbars
 * differ in size.
 */
export function cellsOf(architecture: AnyArchitecture, { totalPes }: { readonly totalPes: number }): number {
  const { crossbars } = normalArchitecture(architecture);
  const pes = pesByClass(crossbars, totalPes);
  return crossbars.classes
    .map(({ crossbarRows, crossbarColumns }, k) => pes[k]! * crossbarRows * crossbarColumns)
    .reduce((sum, cells) => sum + cells, 0);
}
