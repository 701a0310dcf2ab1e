import { isPlacementName, type Placement, type SimulationOptions } from '../simulate/index.ts';

/** A placement by name, or the function of a module; undefined where it is neither. */
export async function placementByName(name: string): Promise<SimulationOptions['placement']> {
  if (isPlacementName(name)) return name;
  const { namedFunction } = await import('../node/user-module.ts');
  // What the function gives is checked where copies are placed.
  return (await namedFunction(name, '--placement')) as Placement | undefined;
}

/** The same, or the order of tiles in a file; only then the parser of YAML is loaded. */
export async function resolvePlacement(name: string): Promise<SimulationOptions['placement']> {
  const placement = await placementByName(name);
  if (placement !== undefined) return placement;
  const { readPlacementFile } = await import('../node/placement.ts');
  return readPlacementFile(name);
}
