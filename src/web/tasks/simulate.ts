import { drawingOfSimulation } from '../../picture/drawing.ts';
import { failureOf } from '../failure.ts';
import type { SimulateAnswer, SimulateRequest, Told } from '../protocol.ts';
import type { Contact } from '../worker.ts';
import { runSimulation, type SimulationRun } from './run-simulation.ts';

/** The simulations of configurations; one that fails leaves the others alone. */
export async function simulateTask(
  { configurations, explain }: SimulateRequest,
  { report }: Contact,
): Promise<Told<SimulateAnswer>[]> {
  const all: Told<SimulateAnswer>[] = [];
  for (const configuration of configurations) {
    const before = all.length;
    const onProgress = (share: number) => report({ share: (before + share) / configurations.length });
    // What pictures need besides the figures.
    const details = { explain, onProgress, keepSets: true, keepPlacement: true };
    try {
      all.push({ answer: answerOf(await runSimulation(configuration, details)) });
    } catch (error) {
      all.push({ failure: failureOf(error, 'simulate') });
    }
  }
  return all;
}

function answerOf({ chip, detailed, explanation, timeline }: SimulationRun): SimulateAnswer {
  const { sets: _, placement: __, mesh: ___, use: ____, criticalSets: _____, ...simulation } = detailed;
  return {
    ...{ simulation, chip, timeline: timeline(), drawing: drawingOfSimulation(detailed) },
    ...(explanation === undefined ? {} : { explanation }),
  };
}
