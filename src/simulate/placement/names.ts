import { unknownName } from '../../input/nearest.ts';

/** Placements that have a name. */
export const placementNames = ['snake', 'optimised'] as const;

export type PlacementName = (typeof placementNames)[number];

export function isPlacementName(name: string): name is PlacementName {
  return placementNames.some((known) => known === name);
}

/** @throws ClsaCimError where no placement has this name. */
export function checkPlacementName(name: string): void {
  if (isPlacementName(name)) return;
  throw unknownName('no placement is called', name, placementNames, 'usage');
}
