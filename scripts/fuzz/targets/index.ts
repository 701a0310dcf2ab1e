import type { Target } from '../target.ts';
import { architecture } from './architecture.ts';
import { duplication, placement, rounds } from './beside-network.ts';
import { darknet } from './darknet.ts';
import { engine } from './engine.ts';
import { image } from './image.ts';
import { keras } from './keras.ts';
import { npy } from './npy.ts';
import { onnx } from './onnx.ts';
import { program } from './program.ts';
import { simulation } from './simulation.ts';
import { sweep } from './sweep.ts';

/** All targets, in the order in which they are tried. */
export const targets: readonly Target[] = [
  onnx,
  program,
  keras,
  darknet,
  architecture,
  sweep,
  duplication,
  rounds,
  placement,
  npy,
  image,
  engine,
  simulation,
];

/** Their names. */
export const targetNames: readonly string[] = targets.map(({ name }) => name);

/** The target of that name, which there must be. */
export function targetOf(name: string): Target {
  const target = targets.find((candidate) => candidate.name === name);
  if (target === undefined) throw new Error(`no target is called ${name}`);
  return target;
}
